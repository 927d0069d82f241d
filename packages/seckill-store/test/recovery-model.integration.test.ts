import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Fault, faults, withoutSweep } from './recovery-faults.js'
import { type RecoveryFixture, recoveryFixture } from './recovery-fixture.js'
import { connectionsOfModel, type ModelResult, runModel } from './recovery-model.js'
import { type Process, twoProcesses } from './recovery-process.js'

// MODEL_SEED and MODEL_COMMANDS repeat a run; each prints its own. MODEL_COMMANDS=200000 is a run over night.
const commands = Number(process.env.MODEL_COMMANDS ?? 20_000)
const seed = Number(process.env.MODEL_SEED ?? Math.floor(Math.random() * 2 ** 31))
/** A fault is found after some thousand commands; the limit leaves no room for bad luck. */
const commandsOfFault = 60_000
const commandsWithoutFault = 4_000

let fixture: RecoveryFixture
let processes: readonly [Process, Process]
beforeAll(async () => {
  fixture = await recoveryFixture(connectionsOfModel)
  processes = twoProcesses(fixture)
  // A loss is a restored dump here, so that no write needs to reach the disk.
  await fixture.redis.config('SET', 'appendonly', 'no')
})
afterAll(async () => {
  for (const { redis } of processes) redis.disconnect()
  await fixture.close()
})

function tell(name: string, startedAt: number, { executed }: ModelResult): void {
  const seconds = Math.round((performance.now() - startedAt) / 1_000)
  process.stdout.write(`${name}: ${executed} commands in ${seconds} s, seed ${seed}\n`)
}

describe('the gate and its recovery against what MySQL and Temporal know', () => {
  it(`agree by identity after any ${commands} verbs, losses and deaths (seed ${seed})`, {
    timeout: 600_000,
  }, async () => {
    const startedAt = performance.now()
    const result = await runModel({ fixture, processes, commands, seed })
    tell('agreed', startedAt, result)
    if (result.failure !== undefined) throw result.failure
    expect(result.executed).toBeGreaterThanOrEqual(commands)
  })
})

/** Runs the model with a fault in both processes; only what that fault shows counts. */
async function runWith(fault: Fault, most: number): Promise<ModelResult> {
  const [one, other] = processes
  const planted = [fault.plant(one, fixture.db), fault.plant(other, fixture.db)] as const
  const counts = (disagreement: string): boolean => fault.shows.test(disagreement)
  return runModel({ fixture, processes: planted, commands: most, seed, counts, repeatsCalls: true })
}

describe(`the model (seed ${seed})`, () => {
  it.each(faults)(`finds within ${commandsOfFault} commands that $name`, { timeout: 600_000 }, async (fault) => {
    const startedAt = performance.now()
    const result = await runWith(fault, commandsOfFault)
    tell(fault.name, startedAt, result)
    expect(result.failure).toHaveProperty('cause.message', expect.stringMatching(fault.shows))
  })

  it('finds nothing of what these show where only the sweep is missing: the recovery needs no sweep', {
    timeout: 300_000,
  }, async () => {
    const startedAt = performance.now()
    const result = await runWith(withoutSweep, commandsWithoutFault)
    tell(withoutSweep.name, startedAt, result)
    if (result.failure !== undefined) throw result.failure
  })
})
