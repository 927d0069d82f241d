import { readFileSync } from 'node:fs'

/** One mutant that no test noticed: where it is, what the line says, and what it said instead. */
/** @typedef {{ file: string, line: number, code: string, mutation: string, covered: boolean }} Survivor */
/** @typedef {{ folder: string, mutants: number, killed: number, timedOut: number, survived: number, score: number }} Score */

const detected = new Set(['Killed', 'Timeout'])
const undetected = new Set(['Survived', 'NoCoverage'])
const oneLine = (/** @type {string} */ text) => text.replace(/\s+/g, ' ').trim()

/** Reads the reports Stryker wrote; a mutant's text is its line with the mutated part replaced. */
export function readReports(/** @type {readonly string[]} */ paths) {
  return paths.flatMap((path) => {
    const { files } = JSON.parse(readFileSync(path, 'utf8'))
    return Object.entries(files).flatMap(([file, { source, mutants }]) =>
      mutants.map((mutant) => ({ file: file.replaceAll('\\', '/'), source: source.split('\n'), ...mutant })),
    )
  })
}

/** Mutants by folder, with the share that tests noticed, in percent. */
export function scoresOf(mutants) {
  const counted = mutants.filter(({ status }) => detected.has(status) || undetected.has(status))
  const folders = Map.groupBy(counted, ({ file }) => file.slice(0, file.lastIndexOf('/')))
  const count = (some, ...statuses) => some.filter(({ status }) => statuses.includes(status)).length
  return [...folders, ['all', counted]].map(([folder, some]) => ({
    folder,
    mutants: some.length,
    killed: count(some, 'Killed'),
    timedOut: count(some, 'Timeout'),
    survived: count(some, ...undetected),
    score: (100 * count(some, ...detected)) / some.length,
  }))
}

/** The mutants no test noticed. */
export function survivorsOf(mutants) {
  return mutants
    .filter(({ status }) => undetected.has(status))
    .map(({ file, source, location: { start, end }, replacement, status }) => ({
      file,
      line: start.line,
      code: oneLine(source[start.line - 1]),
      mutation: `${oneLine(textOf(source, start, end))} → ${oneLine(replacement)}`,
      covered: status === 'Survived',
    }))
    .toSorted((one, other) => one.file.localeCompare(other.file) || one.line - other.line)
}

function textOf(source, start, end) {
  const lines = source.slice(start.line - 1, end.line)
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1)
  lines[0] = lines[0].slice(start.column - 1)
  return lines.join('\n')
}
