/**
 * The unverified `sub` of a bearer token, for the choice between a cached answer and the full path only; `undefined`
 * when the header has no readable token.
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
