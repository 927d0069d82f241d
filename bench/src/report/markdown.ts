import type { BenchResult, Comparison, CpuMicros, ResultRow } from '../result.js'
import { markdownTable } from './markdown-table.js'
import { figure } from './numbers.js'

/** The tables of a result, as they stand in documents. */
export function markdownTables(result: BenchResult): string {
  const measured = result.results.flatMap((row) => (row.status === 'measured' ? [row] : []))
  return [
    '',
    about(result),
    '',
    ...markdownTable(
      ['id', 'ratio', 'median (min to max)', 'target', '', 'ours', 'theirs'],
      result.results.map(mainRow),
    ),
    '',
    '### Every comparison, with CPU time',
    '',
    ...markdownTable(
      ['id', 'contender', 'median', 'CPU µs an operation, by process'],
      measured.flatMap(({ id, comparisons, unit }) => sidesOf(comparisons).map((side) => sideRow(id, side, unit))),
    ),
    ...skippedLines(result),
    '',
  ].join('\n')
}

function about({ size, commit, startedAt, surroundings }: BenchResult): string {
  const { cpu, cores, memoryMiB, kernel, versions, durability } = surroundings
  const list = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name}: ${value}`)
      .join('; ')
  return [
    `Commit ${commit}, ${startedAt.slice(0, 10)}, size \`${size}\`, ${cores} cores of ${cpu}, ${memoryMiB} MiB, Linux ${kernel}.`,
    `Versions: ${list(versions)}.`,
    `Durability: ${list(durability)}.`,
  ].join('\n')
}

function mainRow(row: ResultRow): readonly string[] {
  if (row.status !== 'measured') return [row.id, row.title, row.status, String(row.target), '✘', '', '']
  const { id, title, ratio, min, max, better, target, met, ours, theirs, unit } = row
  const sign = better === 'higher' ? '>=' : '<='
  const range = `${figure(ratio)} (${figure(min)} to ${figure(max)})`
  return [id, title, range, `${sign} ${target}`, met ? '✔' : '✘', `${figure(ours)} ${unit}`, figure(theirs)]
}

/** Each contender once, in the order of the comparisons; a limit is none, it used no time. */
function sidesOf(comparisons: readonly Comparison[]): readonly Comparison['ours'][] {
  const sides = comparisons
    .flatMap(({ ours, theirs }) => [ours, theirs])
    .filter(({ cpuMicrosPerOp }) => Object.keys(cpuMicrosPerOp).length > 0)
  return [...new Map(sides.map((side) => [side.name, side])).values()]
}

const sideRow = (id: string, { name, median, cpuMicrosPerOp }: Comparison['ours'], unit: string): readonly string[] => [
  id,
  name,
  `${figure(median)} ${unit}`,
  cpuCell(cpuMicrosPerOp),
]

const cpuCell = (cpu: CpuMicros): string =>
  Object.entries(cpu)
    .filter(([, micros]) => micros > 0)
    .map(([name, micros]) => `${name} ${figure(micros)}`)
    .join(', ')

function skippedLines({ results }: BenchResult): readonly string[] {
  const skipped = results.flatMap((row) => row.skipped.map(({ name, reason }) => `- ${row.id}: ${name}: ${reason}`))
  return skipped.length === 0 ? [] : ['', 'Not run:', '', ...skipped]
}

const BEGIN = '<!-- bench:begin -->'
const END = '<!-- bench:end -->'

/** The document with its tables between the two marks replaced. @throws Error when it has no marks */
export function withTables(document: string, tables: string): string {
  const begin = document.indexOf(BEGIN)
  const end = document.indexOf(END)
  if (begin === -1 || end < begin) throw new Error(`The document has no ${BEGIN} and ${END} to write between.`)
  return `${document.slice(0, begin + BEGIN.length)}\n${tables}${document.slice(end)}`
}
