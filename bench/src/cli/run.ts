import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { findRepositoryRoot } from 'seckill-local-stack'
import { openBench } from '../bench.js'
import { runScenario } from '../driver/run-scenario.js'
import * as terms from '../equal-terms.js'
import { missingGenerators } from '../load/run-generator.js'
import { describeMachine } from '../measure/machine.js'
import { reportForPeople } from '../report/people.js'
import type { BenchResult, ResultRow } from '../result.js'
import { scenarios } from '../scenarios/index.js'
import type { Command } from './arguments.js'

type RunCommand = Extract<Command, { kind: 'run' }>

/** Runs the scenarios asked for on a private stack; progress goes to standard error, the result to standard output. */
export async function run(command: RunCommand, signal: AbortSignal): Promise<void> {
  const startedAt = new Date()
  const log = (line: string): void => void process.stderr.write(`${elapsed(startedAt)}  ${line}\n`)
  const root = findRepositoryRoot()
  const commit = commitOf(root)
  if (command.out !== undefined) makeSureOf(command.out)
  for (const { message } of missingGenerators()) log(`some ratios will be skipped: ${message}`)
  const bench = await openBench({ root, name: command.name, size: command.size, signal, onProgress: log })
  const results: ResultRow[] = []
  const resultSoFar = (): BenchResult => ({
    format: 1,
    size: command.size,
    startedAt: startedAt.toISOString(),
    seconds: Math.round((Date.now() - startedAt.getTime()) / 1_000),
    commit,
    surroundings: { ...describeMachine(), ...bench.facts, terms: { ...terms } },
    results,
  })
  try {
    for (const scenario of scenarios.filter(({ id }) => command.only.includes(id))) {
      log(`${scenario.id} begins`)
      const row = await runScenario(bench, scenario)
      results.push(row)
      log(`${row.id}  ${outcome(row)}`)
      // A run that is stopped keeps the results so far.
      if (command.out !== undefined) writeFileSync(command.out, `${JSON.stringify(resultSoFar(), undefined, 1)}\n`)
    }
  } finally {
    await bench.close()
  }
  const result = resultSoFar()
  process.stdout.write(command.json ? `${JSON.stringify(result)}\n` : reportForPeople(result))
  if (results.some(({ status }) => status === 'broken' || status === 'failed')) process.exitCode = 1
}

/** Checks before the first measurement that the result file can be written. */
function makeSureOf(file: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, '')
}

function elapsed(since: Date): string {
  const seconds = Math.floor((Date.now() - since.getTime()) / 1_000)
  return `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}`
}

function outcome(row: ResultRow): string {
  return row.status === 'measured'
    ? `ratio ${row.ratio} (${row.min} to ${row.max}), target ${row.target}: ${row.met ? 'met' : 'not met'}`
    : `${row.status}: ${row.reason}`
}

function commitOf(root: string): string {
  const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim()
  try {
    return `${git('rev-parse', '--short', 'HEAD')}${git('status', '--porcelain', '-uno') === '' ? '' : '+'}`
  } catch {
    return 'unknown'
  }
}
