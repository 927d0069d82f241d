import { describe, expect, it } from 'vitest'
import { type Errand, key, type LaneActivities, once, recordedRun, step } from '../../test/engine/recorded-run.js'
import type { LaneCall } from '../definition/activity-types.js'
import { saga } from '../definition/saga.js'
import { typed } from '../definition/typed.js'
import type { SagaReport } from '../wire/outcome.js'
import { type CarriedRun, isCarried } from './carry.js'

const endless = { retry: { initialMs: 100, factor: 1, maximumMs: 100, attempts: 0 } } as const

const errand = saga<Errand>('errand', { key })
  .activities<LaneActivities>()
  .step('one', { ...step, ...endless, compensation: endless })
  .wait('word', { message: typed<string>() })
  .forEach('each', {
    ...step,
    items: ({ input }) => input.items ?? [],
    key: (item: string) => item,
    arg: ({ item }) => ({ id: item }),
  })
  .step('two', { ...step, onUnknown: 'park' })
  .pivot('go', { invoke: 'act', ...once })
  .retriable('tell', { invoke: 'act', ...endless })
  .build()

type Run = ReturnType<typeof recordedRun>

/** The effects of all runs of a chain; `two` of lane c is lost until an operator asks again, and lane b answers every second attempt of two steps. */
function newWorld() {
  const effects = new Map<string, Set<string>>()
  let isMended = false
  const of = (lane: string) => {
    const [id = ''] = lane.split('\u001f')
    const own = effects.get(id) ?? new Set()
    effects.set(id, own)
    return own
  }
  const attempts = new Map<string, number>()
  function fail({ step: at, phase, lane }: LaneCall): void {
    if (lane !== 'b' || (at !== 'one' && at !== 'tell')) return
    const attempt = (attempts.get(`${phase} ${at}`) ?? 0) + 1
    attempts.set(`${phase} ${at}`, attempt)
    if (attempt % 2 !== 0) throw new Error('again')
  }
  const name = ({ step: at, lane }: LaneCall) => [at, ...lane.split('\u001f').slice(2)].join('.')
  const activities: LaneActivities = {
    async act(_, call) {
      fail(call)
      if (call.step === 'two' && call.lane === 'c' && !isMended) throw new Error('lost')
      of(call.lane).add(name(call))
      return call.step
    },
    async undo(_, call) {
      fail(call)
      of(call.lane).delete(name(call))
      return ''
    },
    ask: async () => '',
  }
  return {
    activities,
    of: (lane: string) => [...of(lane)].toSorted(),
    mend: () => {
      isMended = true
    },
  }
}

const all = ['each.x', 'each.y', 'go', 'one', 'tell', 'two']
const inputs = ['a', 'b', 'c'].map((id) => ({ id, items: ['x', 'y'] }))
const words = { a: { value: 'go' }, b: { value: 'go' }, c: { value: 'go' } }
const operator = { actor: 'ann', reason: 'enough' } as const

/** The things that come from outside, and the outcomes they allow. */
const events = {
  cancel: { tell: (run: Run) => run.runtime.cancel(), stops: true },
  abort: {
    tell: (run: Run) =>
      run.runtime.message(() => run.batch.operate({ ...operator, verb: 'abort', operationId: 'abort' })),
    stops: true,
  },
  compensate: {
    tell: (run: Run) =>
      run.runtime.message(() => run.batch.operate({ ...operator, verb: 'compensate', operationId: 'compensate' })),
    stops: false,
  },
  nothing: { tell: () => undefined, stops: false },
} as const

/**
 * Runs a chain of runs. Each is told to continue as new from some question on; the event comes between two questions, or with the task that
 * continues the run (`together`). An event for a run that has ended goes to the next one, as on a server.
 */
async function chain(from: number, at: number, event: keyof typeof events, together: boolean) {
  const world = newWorld()
  const told = { asked: 0, isDue: false, isTold: false }
  let [given, runs]: [readonly unknown[] | CarriedRun, number] = [inputs, 0]
  let mustStop: ReadonlySet<string> = new Set()
  for (;;) {
    runs += 1
    let [here, isOpen, isLong] = [0, true, false]
    const most = from + runs
    const tell = () => {
      if (!isOpen || told.isTold) return
      told.isTold = true
      mustStop = new Set(inputs.flatMap(({ id }) => (run.lane(id)?.status === 'waiting' ? [id] : [])))
      isLong = together
      events[event].tell(run)
    }
    const run: Run = recordedRun(errand, given, world.activities, {
      host: {
        shouldContinue: () => {
          here += 1
          told.asked += 1
          if (told.asked >= at && !told.isDue) {
            told.isDue = true
            setImmediate(tell)
          }
          return isLong || here > most
        },
      },
    })
    void run.ended.then(() => {
      isOpen = false
    })
    if (told.isDue) tell()
    run.runtime.message(() => run.batch.message({ wait: 'word', lanes: words }))
    await run.runtime.clock.idle()
    // An operator takes up what is parked.
    for (let times = 0; isOpen && times < 3; times++) {
      world.mend()
      const retry = { ...operator, verb: 'retry', operationId: `retry ${runs} ${times}` } as const
      if (!run.batch.refusal(retry)) run.runtime.message(() => run.batch.operate(retry))
      await run.runtime.clock.idle()
    }
    if (isOpen) throw new Error(`run ${runs} does not end: ${JSON.stringify(run.batch.state())}`)
    const end = JSON.parse(JSON.stringify(await run.ended)) as SagaReport | CarriedRun
    if (!isCarried(end)) return { report: end, world, runs, mustStop }
    given = end
    if (runs > 200) throw new Error('the chain does not end')
  }
}

describe('a run that continues as new at every turn', () => {
  const turns = [1, 2, 3, 5, 8, 13, 22]
  const kinds = Object.keys(events).flatMap((event) => [
    [event as keyof typeof events, false] as const,
    [event as keyof typeof events, true] as const,
  ])

  it.each(kinds)(
    'loses nothing, also not what comes with it: %s, in the task that continues: %s',
    async (event, together) => {
      let longest = 0
      for (const from of turns) {
        for (const at of turns) {
          const { report, world, runs, mustStop } = await chain(from, at, event, together)
          longest = Math.max(longest, runs)
          expect([report.lanes, report.completed + report.except.length]).toEqual([3, 3])
          for (const { id } of inputs) {
            const end = report.except.find((one) => one.key === id)
            const where = `${id}, told at ${at}, continuing from ${from}: ${JSON.stringify(end)}`
            expect([where, world.of(id)]).toEqual([where, end ? [] : all])
            if (events[event].stops && mustStop.has(id)) expect([where, end?.outcome]).toEqual([where, 'cancelled'])
          }
        }
      }
      expect(longest).toBeGreaterThan(2)
    },
  )
})
