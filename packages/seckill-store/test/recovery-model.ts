import fc from 'fast-check'
import { expect } from 'vitest'
import { disaster } from './recovery-disasters.js'
import type { RecoveryFixture } from './recovery-fixture.js'
import { disagreements } from './recovery-judge.js'
import type { Process } from './recovery-process.js'
import { type Command, command, type Model, newModel, verb } from './recovery-verbs.js'
import { World } from './recovery-world.js'

const perSequence = 50
/** Sequences that run at a time, each on a voucher of its own, so that no server waits for the test. */
const atATime = 8
const mostTurns = 20

/** Connections of MySQL: each world's own, and those of its recoveries that are held up. */
export const connectionsOfModel = 4 * atATime

/** What a run of the model does. */
export interface ModelTerms {
  readonly fixture: RecoveryFixture
  readonly processes: readonly [Process, Process]
  readonly commands: number
  readonly seed: number
  /** The disagreements that count; default all. */
  readonly counts?: (disagreement: string) => boolean
  /** Temporal repeats the calls of activities that the gate has not answered; otherwise a sweep does their work. */
  readonly repeatsCalls?: boolean
}

/** The number of commands that were run, and what was found, with the commands that led to it. */
export interface ModelResult {
  readonly executed: number
  readonly failure: unknown
}

/** Runs sequences of verbs, losses, deaths and recoveries until one fails, and judges the gate wherever it should agree. */
export async function runModel(terms: ModelTerms): Promise<ModelResult> {
  let failure: unknown
  let executed = 0
  const property = fc.asyncProperty(sequences(terms), async (sequence) => {
    if (failure !== undefined) return
    const world = await World.open(terms.fixture, terms.processes)
    const model = newModel(terms.repeatsCalls ?? false)
    try {
      for (const one of sequence) {
        executed += 1
        await one.run(model, world)
        await world.remember()
      }
      await agree(terms, model, world)
    } finally {
      await world.goOnToTheEnd()
    }
  })
  const numRuns = Math.ceil(terms.commands / perSequence / atATime)
  const fail = (error: unknown): void => {
    failure ??= error
  }
  const one = (at: number): Promise<void> => fc.assert(property, { numRuns, seed: terms.seed + at, endOnFailure: true })
  await Promise.all(Array.from({ length: atATime }, (_, at) => one(at).catch(fail)))
  return { executed, failure }
}

function sequences(terms: ModelTerms): fc.Arbitrary<Command[]> {
  const agreed = fc.constant(command('agree', (model, world) => agree(terms, model, world)))
  const any = fc.oneof(
    { weight: 13, arbitrary: verb },
    { weight: 7, arbitrary: disaster },
    { weight: 3, arbitrary: agreed },
  )
  return fc.array(any, { minLength: perSequence, maxLength: perSequence })
}

/** Recovers as the API processes do, in turns, until nothing is left to mend; then all must agree. */
async function agree({ counts = () => true }: ModelTerms, model: Model, world: World): Promise<void> {
  await world.goOnToTheEnd()
  await recoverInTurns(world)
  if (model.repeatsCalls && model.owed.length > 0) {
    for (const { repeat } of model.owed) await repeat()
    await recoverInTurns(world)
  }
  model.owed = []
  const found = (await disagreements(world, model)).filter(counts)
  if (found.length > 0) throw new Error(found.join('\n'))
}

async function recoverInTurns(world: World): Promise<void> {
  await world.passLease()
  let outcome = ''
  for (let turn = 0; outcome !== 'open' && turn < mostTurns; turn += 1) {
    outcome = await world.recover(world.processes[turn % 2 === 0 ? 0 : 1])
  }
  expect(outcome).toBe('open')
}
