/**
 * The user a bearer token says it is of. Nothing is verified, so it is good for one thing only: deciding whether a request is worth a
 * closer look. `undefined` where the header has no readable token.
 */
export function claimedUser(authorization: string | undefined): number | undefined {
  if (authorization === undefined) return undefined
  const start = authorization.indexOf('.') + 1
  const end = authorization.indexOf('.', start)
  if (start === 0 || end < 0) return undefined
  try {
    const { sub } = JSON.parse(Buffer.from(authorization.slice(start, end), 'base64url').toString())
    return typeof sub === 'string' ? Number(sub) : undefined
  } catch {
    return undefined
  }
}
