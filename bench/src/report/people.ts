import type { BenchResult, ResultRow } from '../result.js'
import { figure } from './numbers.js'

/** A result for people who read a terminal. */
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
    `limits raised for everybody: ${pairs(limits)}`,
    ...(result.size === 'full' ? [] : ['This was a short run: it shows that everything works; its figures vary.']),
    '',
  ].join('\n')
}

function rowLines(row: ResultRow): readonly string[] {
  if (row.status !== 'measured') return [`${row.id}  ${row.status.toUpperCase()}  ${row.reason}`]
  const { id, better, unit } = row
  const sign = better === 'higher' ? '>=' : '<='
  return [
    `${id}  ${row.title}`,
    ...row.comparisons.map(
      ({ ratio, min, max, target, met, ours, theirs }) =>
        `    ${met ? '✔' : '✘'} ${figure(ratio)} (${figure(min)} to ${figure(max)}), target ${sign} ${target}: ` +
        `${ours.name} ${figure(ours.median)} ${unit}, ${theirs.name} ${figure(theirs.median)}`,
    ),
    ...row.skipped.map(({ name, reason }) => `    skipped ${name}: ${reason}`),
  ]
}
