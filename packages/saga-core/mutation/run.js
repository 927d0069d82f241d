// Mutation testing: Stryker on the engine and on the barriers, then the score by folder and the mutants that no test noticed.
//   npm run mutation -w packages/saga-core                                      both; writes survivors.md
//   npm run mutation -w packages/saga-core -- engine                            one of them
//   npm run mutation -w packages/saga-core -- engine --mutate src/engine/lane.ts   some files; nothing is written
//   npm run mutation -w packages/saga-core -- --report                          the last reports once more, without a run
// Every other option is Stryker's: --force runs everything anew, --concurrency 2.
import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { readJudged } from './judged.js'
import { readReports, scoresOf, survivorsOf } from './report.js'
import { toMarkdown } from './survivors-page.js'

const root = resolve(import.meta.dirname, '..')
const leastScore = 90
const parts = ['engine', 'barriers']
const args = process.argv.slice(2)
const named = parts.filter((part) => args.includes(part))
const wanted = named.length > 0 ? named : parts
const options = args.filter((arg) => !parts.includes(arg) && arg !== '--report')

function reportOf(part) {
  return join(root, 'mutation', 'reports', `${part}.json`)
}

function mutate(part) {
  const missing =
    part === 'barriers' ? ['DATABASE_MIGRATION_URL', 'REDIS_URL'].filter((name) => !process.env[name]) : []
  if (missing.length > 0) {
    console.error(
      `the barriers' tests need servers: set ${missing.join(' and ')} (see CONTRIBUTING.md), or run "engine" alone`,
    )
    process.exit(2)
  }
  stryker(part, options)
  // Modules stay loaded between mutants, which is quick; a mutant in code that runs at load needs its modules loaded anew.
  const atLoad = readReports([reportOf(part)]).filter(
    ({ status, static: isStatic }) => isStatic && status === 'Survived',
  )
  if (atLoad.length > 0)
    stryker(part, ['--force', '--mutate', atLoad.map(rangeOf).join(',')], { MUTATION_ISOLATE: '1' })
}

/** A mutant's range in the form of `--mutate`, whose columns begin at 0; a report's begin at 1. */
function rangeOf({ file, location: { start, end } }) {
  return `${file}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`
}

function stryker(part, more, env = {}) {
  const bin = resolve(createRequire(import.meta.url).resolve('@stryker-mutator/core/package.json'), '../bin/stryker.js')
  const { status } = spawnSync(process.execPath, [bin, 'run', `mutation/stryker.${part}.config.json`, ...more], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(status ?? 1)
}

function report() {
  const mutants = readReports(wanted.map(reportOf).filter((path) => existsSync(path)))
  const judged = readJudged()
  const whyOf = ({ file, code, mutation }) =>
    judged.find((one) => one.file === file && one.code === code && one.mutation === mutation)?.why
  const survivors = survivorsOf(mutants).map((survivor) => ({ ...survivor, why: whyOf(survivor) }))
  const scores = scoresOf(mutants)
  console.table(scores.map((score) => ({ ...score, score: `${score.score.toFixed(1)} %` })))
  const unjudged = survivors.filter(({ why }) => why === undefined)
  for (const { file, line, mutation, covered } of unjudged) {
    console.log(`${file}:${line} ${covered ? 'survived' : 'no test'}: ${mutation}`)
  }
  if (options.includes('--mutate') || wanted.length < parts.length) return
  const page = toMarkdown(scores, survivors, new Date().toISOString().slice(0, 10))
  writeFileSync(join(root, 'mutation', 'survivors.md'), page)
  const low = scores.filter(({ score }) => score < leastScore)
  for (const { folder, score } of low) console.error(`${folder}: ${score.toFixed(1)} %, under ${leastScore} %`)
  if (unjudged.length > 0)
    console.error(
      `${unjudged.length} survivors are not judged: kill them, or say in judged.json why they do not matter`,
    )
  process.exitCode = low.length > 0 || unjudged.length > 0 ? 1 : 0
}

if (!args.includes('--report')) for (const part of wanted) mutate(part)
report()
