/** White space and comments before a statement. */
const lead = /^(?:\s|\/\*.*?\*\/|--.*?\n)*/s
const definitions = /^(?:alter|create|drop) (?!temporary )/i
const ends = /^(?:truncate|rename|lock|unlock|begin|start|commit|analyze|optimize|repair|grant|revoke|flush)\b/i
const rollsBack = /^rollback\b(?! (?:work )?to )/i
const setsAutocommit = /^set (?:session |@@(?:session\.)?)?autocommit\b/i

/** Reports whether a statement commits or ends the transaction it is run in; those on temporary tables and savepoints do not. */
export function endsTransaction(statement: string): boolean {
  const text = statement.replace(lead, '').slice(0, longestWords).replaceAll(/\s+/g, ' ')
  return [definitions, ends, rollsBack, setsAutocommit].some((one) => one.test(text))
}

/** Characters of a statement that have the words that count. */
const longestWords = 200
