import canonicalize from 'canonicalize'

/**
 * The canonical JSON text of a value (RFC 8785): one text for each value, whatever the order of its keys.
 * @throws {TypeError} for a value that JSON has no form for
 * @throws {Error} for a number that is not finite, and for text with half a surrogate pair
 */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value)
  if (text === undefined) throw new TypeError(`JSON has no form for a value of type ${typeof value}.`)
  return text
}

/** A file as it is written: canonical JSON and one line feed. */
export function fileText(value: unknown): string {
  return `${canonicalJson(value)}\n`
}

/** The first byte at which two byte strings differ; `null` where they are the same. */
export function firstDifference(one: Uint8Array, other: Uint8Array): number | null {
  const length = Math.max(one.length, other.length)
  for (let at = 0; at < length; at++) if (one[at] !== other[at]) return at
  return null
}
