/** White space and comments before a statement; a comment that the server executes is part of the statement. */
const lead = /^(?:\s|\/\*(?!M?!).*?\*\/|--.*?\n|#.*?\n)*/s
const changesRows = /^(?:select|insert|update|delete|replace|with|savepoint|release)\b/i
const rollsBackInPart = /^rollback (?:work )?to /i
const definitions = /^(?:alter|create|drop) (?!temporary )/i
const ends = /^(?:truncate|rename|lock|unlock|begin|start|commit|analyze|optimize|repair|grant|revoke|flush)\b/i
const rollsBack = /^rollback\b(?! (?:work )?to )/i
const setsAutocommit = /^set (?:session |@@(?:session\.)?)?autocommit\b/i

/**
 * What is known of a statement: it `keeps` the transaction it is run in unless it fails, or `ends` it; `unknown` is any other, such as a
 * call of a procedure, or several in one text.
 */
export function effectOf(statement: string): 'keeps' | 'ends' | 'unknown' {
  const text = statement.replace(lead, '').slice(0, longestWords).replaceAll(/\s+/g, ' ')
  if (matches(text, changesRows, rollsBackInPart)) return statement.includes(';') ? 'unknown' : 'keeps'
  return matches(text, definitions, ends, rollsBack, setsAutocommit) ? 'ends' : 'unknown'
}

function matches(text: string, ...patterns: readonly RegExp[]): boolean {
  return patterns.some((one) => one.test(text))
}

/** Characters of a statement that have the words that count. */
const longestWords = 200
