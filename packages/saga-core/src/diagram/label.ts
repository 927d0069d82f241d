/** Characters that mean nothing to Mermaid, wherever they stand in a label. */
const plain = /^[\p{L}\p{N} _.,-]$/u

/**
 * Any text as part of a quoted Mermaid label: every character that could mean something to Mermaid, Markdown or HTML is written as
 * its entity code (mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters).
 */
export const escaped = (text: string): string =>
  [...text].map((one) => (plain.test(one) ? one : `#${one.codePointAt(0)};`)).join('')

/** Lines of any text as one quoted label. */
export const toLabel = (lines: readonly string[]): string => `"${lines.map(escaped).join('<br/>')}"`
