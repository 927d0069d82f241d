/** Characters without a meaning in a Mermaid label. */
const plain = /^[\p{L}\p{N} _.,-]$/u

/**
 * Escapes a text for a quoted Mermaid label: every character with a meaning in Mermaid, Markdown or HTML becomes its entity code
 * (mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters).
 */
function escaped(text: string): string {
  return [...text].map((one) => (plain.test(one) ? one : `#${one.codePointAt(0)};`)).join('')
}

/** Lines of text as one quoted label. */
export function toLabel(lines: readonly string[]): string {
  return `"${lines.map(escaped).join('<br/>')}"`
}
