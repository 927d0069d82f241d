import { readFileSync } from 'node:fs'
import { oneLine } from './judged.js'

/** A mutant that no test noticed: its place, its line, and the mutated part with its replacement. */
/** @typedef {{ file: string, line: number, code: string, mutation: string, covered: boolean }} Survivor */
/** @typedef {{ folder: string, mutants: number, killed: number, timedOut: number, survived: number, score: number }} Score */

const detected = new Set(['Killed', 'Timeout'])
const undetected = new Set(['Survived', 'NoCoverage'])

/** The mutants of Stryker's reports, each with its file and the file's lines. */
export function readReports(/** @type {readonly string[]} */ paths) {
  return paths.flatMap((path) => {
    const { files } = JSON.parse(readFileSync(path, 'utf8'))
    return Object.entries(files).flatMap(([file, { source, mutants }]) =>
      mutants.map((mutant) => ({ file: file.replaceAll('\\', '/'), source: source.split('\n'), ...mutant })),
    )
  })
}

/** The counts of mutants by folder, and the share in percent that tests noticed. */
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

/** The mutants that no test noticed. */
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
