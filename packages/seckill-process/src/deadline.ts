/** A dependency that did not answer in time; its work may still be done. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError'

  constructor(what: string, limitMs: number) {
    super(`${what} did not answer within ${limitMs} ms.`)
  }
}

/** Waits for `work` at most `limitMs` milliseconds. @throws DeadlineError afterwards, and the error of `work` */
export async function withinDeadline<T>(what: string, limitMs: number, work: Promise<T>): Promise<T> {
  const passed = Promise.withResolvers<never>()
  const timer = setTimeout(() => passed.reject(new DeadlineError(what, limitMs)), limitMs)
  try {
    return await Promise.race([work, passed.promise])
  } finally {
    clearTimeout(timer)
  }
}
