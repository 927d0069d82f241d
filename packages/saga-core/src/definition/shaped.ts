/** The value that a function of the definition's author returned, or the message of the error it threw. */
export type Shaped<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly message: string }

/** Runs a function of the definition's author for one lane; a throw fails that lane and no other. */
export function shaped<T>(work: () => T): Shaped<T> {
  try {
    return { ok: true, value: work() }
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) }
  }
}
