import type { BenchResult, Comparison, ResultRow } from '../result.js'
import type { BenchId } from '../targets.js'
import { byProcess, detailTables } from './detail-tables.js'
import { markdownTable } from './markdown-table.js'
import { figure } from './numbers.js'

/** The tables of some ratios of a result, as they stand in documents. */
export function markdownTables(result: BenchResult, only: readonly BenchId[]): string {
  const rows = result.results.filter(({ id }) => only.includes(id))
  const measured = rows.flatMap((row) => (row.status === 'measured' ? [row] : []))
  return [
    '',
    about(result),
    '',
    ...markdownTable(['id', 'ratio', 'median (min to max)', 'target', '', 'ours', 'theirs'], rows.map(mainRow)),
    '',
    'Every comparison:',
    '',
    ...markdownTable(
      ['id', 'ours', 'theirs', 'ratio, median (min to max)'],
      measured.flatMap(({ id, comparisons }) => comparisons.map((comparison) => comparisonRow(id, comparison))),
    ),
    '',
    'CPU time, and memory at the end of a run:',
    '',
    ...markdownTable(
      ['id', 'contender', 'median', 'CPU µs an operation, by process', 'MiB, by process'],
      measured.flatMap(({ id, comparisons, unit }) => sidesOf(comparisons).map((side) => sideRow(id, side, unit))),
    ),
    ...detailTables(measured),
    ...skippedLines(rows),
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

function comparisonRow(id: string, { ours, theirs, ratio, min, max }: Comparison): readonly string[] {
  return [id, ours.name, theirs.name, `${figure(ratio)} (${figure(min)} to ${figure(max)})`]
}

/** Each contender once, in the order of the comparisons; a limit is none, it used no time. */
function sidesOf(comparisons: readonly Comparison[]): readonly Comparison['ours'][] {
  const sides = comparisons
    .flatMap(({ ours, theirs }) => [ours, theirs])
    .filter(({ cpuMicrosPerOp }) => Object.keys(cpuMicrosPerOp).length > 0)
  return [...new Map(sides.map((side) => [side.name, side])).values()]
}

function sideRow(
  id: string,
  { name, median, cpuMicrosPerOp, runs }: Comparison['ours'],
  unit: string,
): readonly string[] {
  return [id, name, `${figure(median)} ${unit}`, byProcess(cpuMicrosPerOp), byProcess(runs.at(-1)?.residentMiB ?? {})]
}

function skippedLines(rows: readonly ResultRow[]): readonly string[] {
  const skipped = rows.flatMap((row) => row.skipped.map(({ name, reason }) => `- ${row.id}: ${name}: ${reason}`))
  return skipped.length === 0 ? [] : ['', 'Not run:', '', ...skipped]
}

const beginMark = '<!-- bench:begin -->'
const endMark = '<!-- bench:end -->'

/** The document with its tables between the two marks replaced. @throws Error when it has no marks */
export function withTables(document: string, tables: string): string {
  const begin = document.indexOf(beginMark)
  const end = document.indexOf(endMark)
  if (begin === -1 || end < begin) throw new Error(`The document has no ${beginMark} and ${endMark} to write between.`)
  return `${document.slice(0, begin + beginMark.length)}\n${tables}${document.slice(end)}`
}
