import type { BenchResult, ResultRow } from '../result.js'
import { figure } from './numbers.js'

/** A result as lines for a terminal. */
export function reportForPeople(result: BenchResult): string {
  const { cpu, cores, versions, durability, limits } = result.surroundings
  const pairs = (values: Readonly<Record<string, string>>): string =>
    Object.entries(values)
      .map(([name, value]) => `${name} ${value}`)
      .join('; ')
  return [
    '',
    ...result.results.flatMap(rowLines),
    '',
    `size ${result.size}, commit ${result.commit}, ${cores} cores of ${cpu}`,
    `versions: ${pairs(versions)}`,
    `durability: ${pairs(durability)}`,
    `limits raised for all sides: ${pairs(limits)}`,
    ...stealLine(result),
    ...(result.size === 'full' ? [] : ['This was a short run: it shows that everything works; its figures vary.']),
    '',
  ].join('\n')
}

const toleratedStealPercent = 2

/** Above this share of stolen CPU time, figures are reported as unreliable. */
function stealLine({ results }: BenchResult): readonly string[] {
  const measured = results.flatMap((row) => (row.status === 'measured' ? row.comparisons : []))
  const runs = measured.flatMap(({ ours, theirs }) => [...ours.runs, ...theirs.runs])
  const most = Math.max(0, ...runs.map(({ stealPercent }) => stealPercent))
  if (most <= toleratedStealPercent) return []
  return [`Up to ${most} % of the machine's time was taken by others during a run: measure again.`]
}

function rowLines(row: ResultRow): readonly string[] {
  if (row.status !== 'measured') return [`${row.id}  ${row.status.toUpperCase()}  ${row.reason}`]
  const { id, better, unit } = row
  const sign = better === 'higher' ? '>=' : '<='
  return [
    `${id}  ${row.title}`,
    ...row.comparisons.map(
      ({ ratio, min, max, target, met, ours, theirs }) =>
        `    ${markOf(target, met)} ${figure(ratio)} (${figure(min)} to ${figure(max)})${target === null ? '' : `, target ${sign} ${target}`}: ` +
        `${ours.name} ${figure(ours.median)} ${unit}, ${theirs.name} ${figure(theirs.median)}`,
    ),
    ...row.skipped.map(({ name, reason }) => `    skipped ${name}: ${reason}`),
  ]
}

function markOf(target: number | null, met: boolean): string {
  if (target === null) return '·'
  return met ? '✔' : '✘'
}
