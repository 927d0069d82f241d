/**
 * The services a subscription needs: accounts, payments and mail. Everything has a key of the caller's, so that it can be written
 * twice, and removed before it is written. This one lives in the worker's memory.
 */
export class Platform {
  readonly #entries = new Map<string, unknown>()

  /** False when it was removed before it arrived. */
  async put(kind: string, key: string, value: unknown): Promise<boolean> {
    const at = `${kind}/${key}`
    if (!this.#entries.has(at)) this.#entries.set(at, value)
    return this.#entries.get(at) !== removed
  }

  async remove(kind: string, key: string): Promise<void> {
    this.#entries.set(`${kind}/${key}`, removed)
  }

  /** What stands, by kind. */
  standing(): readonly string[] {
    return [...this.#entries].flatMap(([at, value]) => (value === removed ? [] : [at]))
  }
}

const removed = Symbol('removed')
