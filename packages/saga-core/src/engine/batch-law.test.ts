import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Behaviour, ScriptedLane } from '../../test/conformance/activities.js'
import { inMemoryHost } from '../../test/conformance/in-memory-host.js'
import type { SagaName } from '../../test/conformance/sagas.js'

const behaviour: fc.Arbitrary<Behaviour> = fc.constantFrom('ok', 'refuse', 'fenced', 'poison', 'forget')
const script = fc.record({ one: behaviour, two: behaviour, three: behaviour }, { requiredKeys: [] })

async function ends(saga: SagaName, lanes: readonly ScriptedLane[]) {
  const run = await inMemoryHost.start(saga, lanes)
  const report = await run.report
  return lanes.map(({ id }) => ({
    end: report.except.find((end) => end.key === id) ?? 'completed',
    undone: run.world.effectsOf(id).filter((effect) => effect.startsWith('undo')),
  }))
}

describe('the law of batches', () => {
  it.each(['setWise', 'perLane'] as const)(
    '%s: a batch of N lanes ends like N runs of one lane',
    async (saga) => {
      await fc.assert(
        fc.asyncProperty(fc.array(script, { minLength: 1, maxLength: 12 }), async (scripts) => {
          const lanes = scripts.map((on, at): ScriptedLane => ({ id: `l${at}`, on: on as Record<string, Behaviour> }))
          const singly = []
          for (const lane of lanes) singly.push(...(await ends(saga, [lane])))

          expect(await ends(saga, lanes)).toEqual(singly)
        }),
        { numRuns: 150 },
      )
    },
    20_000,
  )
})
