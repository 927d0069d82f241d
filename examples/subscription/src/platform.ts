/**
 * The services of a subscription: accounts, payments and mail, in the worker's memory. Each entry has a key of the caller's, so
 * that it can be written twice, and removed before it is written.
 */
export class Platform {
  readonly #entries = new Map<string, unknown>()

  /** Reports whether the entry stands; an entry removed before its write arrived does not. */
  async put(kind: string, key: string, value: unknown): Promise<boolean> {
    const at = `${kind}/${key}`
    if (!this.#entries.has(at)) this.#entries.set(at, value)
    return this.#entries.get(at) !== removed
  }

  async remove(kind: string, key: string): Promise<void> {
    this.#entries.set(`${kind}/${key}`, removed)
  }

  /** The entries that stand, as `kind/key`. */
  standing(): readonly string[] {
    return [...this.#entries].flatMap(([at, value]) => (value === removed ? [] : [at]))
  }
}

const removed = Symbol('removed')
