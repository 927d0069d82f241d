/** Reasons why a sign-in failed, as the API writes them into the page's address. */
const reasons = ['refused', 'unavailable', 'unknown'] as const
export type FailedSignIn = (typeof reasons)[number]

/** Takes the reason of a sign-in that failed out of the page's address; undefined where there is none. */
export function takeFailedSignIn(): FailedSignIn | undefined {
  const { searchParams, pathname, hash } = new URL(location.href)
  const found = searchParams.get('sign-in')
  if (found === null) return undefined
  history.replaceState(null, '', `${pathname}${hash}`)
  return reasons.find((reason) => reason === found)
}
