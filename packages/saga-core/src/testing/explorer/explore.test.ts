import { type SagaDefinition, type StepDefinition, saga, typed } from 'saga-core'
import { type CounterExample, explore } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'
import { childSagas, shapes } from '../../../test/conformance/shapes.js'
import { bookingSaga } from '../../../test/matrix/booking.saga.js'
import {
  callsNothingOff,
  doesNotFenceAhead,
  hearsTimersLate,
  undoesInStartOrder,
  undoesNoChild,
  waitsForNoCheckpoint,
} from '../../../test/matrix/seeded-engines.js'

const inputs = [{ id: 'a' }]
const booking = bookingSaga as SagaDefinition<{ readonly id: string }>

function seeded(seed: typeof undoesInStartOrder) {
  return { inputs, runtime: seed(booking as SagaDefinition) }
}

function found(example: CounterExample | undefined) {
  if (!example) throw new Error('nothing was found')
  return example
}

describe('a sound saga', () => {
  it('keeps its promises in every interleaving of two faults', async () => {
    const { runs, counterExample } = await explore(booking, { inputs })

    expect(counterExample).toBeUndefined()
    expect(runs).toBeGreaterThan(1_000)
  })

  it('keeps its promises when a step fails and its worker dies', async () => {
    const { counterExample } = await explore(booking, { inputs, faults: ['fail', 'crash', 'cancel'] })

    expect(counterExample).toBeUndefined()
  })

  it('keeps its promises with a decide for each message', async () => {
    const asking = saga<{ readonly id: string }>('asking', { key: ({ id }) => id })
      .activities<{ ask(input: { readonly id: string }): Promise<string> }>()
      .wait('word', { message: typed<string>(), decide: 'ask' })
      .build()
    const { counterExample } = await explore(asking, { inputs, messages: { word: 'go' } })

    expect(counterExample).toBeUndefined()
  })

  it('explores the same runs every time', async () => {
    const [one, other] = [await explore(booking, { inputs, bound: 1 }), await explore(booking, { inputs, bound: 1 })]

    expect(one).toEqual(other)
  })

  it('changes nothing when a run that met a fault is run again', async () => {
    const { counterExample } = await explore(booking, { inputs, bound: 1, again: true })

    expect(counterExample).toBeUndefined()
  })
})

describe('an exploration that proves nothing', () => {
  it('is one whose saga does not complete without faults', async () => {
    const full = { hold: { refuses: () => 'FULL' } }
    const { counterExample } = await explore(booking, { inputs, effects: full })

    expect(found(counterExample)).toMatchObject({
      faults: [],
      wrong: ['without a fault, a ended refused (hold: FULL), not completed'],
    })
  })

  it.each([-1, 0.5, Number.NaN])('is one of %d faults', async (bound) => {
    await expect(explore(booking, { inputs, bound })).rejects.toThrow('Give a whole number of faults')
  })
})

describe('the explorer finds, with one fault,', () => {
  it('compensations in the wrong order', async () => {
    const { counterExample } = await explore(booking, seeded(undoesInStartOrder))

    const { faults, wrong } = found(counterExample)
    expect(faults).toHaveLength(1)
    expect(wrong).toContain('a: reserve was undone while hold, which came later, stood')
  })

  it('a missing barrier', async () => {
    const { counterExample } = await explore(booking, { inputs, barrier: 'none' })

    const { faults, wrong } = found(counterExample)
    expect(faults).toEqual(['action of reserve is delivered twice'])
    expect(wrong).toContain('a ended completed, but of reserve happened did, did; expected did')
  })

  it('a step without a compensation before a step with one', async () => {
    const pivot = booking.steps.find(({ kind }) => kind === 'pivot') as StepDefinition
    const steps = booking.steps.filter((step) => step !== pivot)
    const hasty = { ...booking, steps: steps.toSpliced(-2, 0, { ...pivot, kind: 'retriable' }) }
    const { counterExample } = await explore(hasty, { inputs })

    const { faults, wrong } = found(counterExample)
    expect(faults).toHaveLength(1)
    expect(wrong).toContain('a ended cancelled, but of pay happened did; expected nothing')
  })

  it('a pivot before the earlier answers are durable', async () => {
    const { counterExample } = await explore(booking, seeded(waitsForNoCheckpoint))

    const { faults, wrong } = found(counterExample)
    expect(faults).toEqual(['action of pay loses its worker after the effect, and the run is cancelled meanwhile'])
    expect(wrong).toContain('a ended cancelled, but of pay happened did; expected nothing')
  })

  it('no fence ahead of a lane that rolls back', async () => {
    const { counterExample } = await explore(booking, seeded(doesNotFenceAhead))

    const { faults, wrong } = found(counterExample)
    expect(faults).toEqual(['action of reserve loses its worker after the effect, and the run is cancelled meanwhile'])
    expect(wrong).toContain('a ended cancelled, but of reserve happened did; expected nothing or did, undid')
  })

  it('a barrier that does not fence undone actions, when a run is run again', async () => {
    const { counterExample } = await explore(booking, { inputs, barrier: 'unfenced', again: true, faults: ['cancel'] })

    const { faults, wrong } = found(counterExample)
    expect(faults).toHaveLength(1)
    expect(wrong).toContain('run again, it did pay of a')
  })
})

describe('the explorer finds, with two faults,', () => {
  it('a lane that is undone before it is durable that it rolled back', async () => {
    const options = { ...seeded(waitsForNoCheckpoint), faults: ['fail', 'crash'] } as const
    const { counterExample } = await explore(booking, options)

    const { faults, wrong } = found(counterExample)
    expect(faults).toEqual([
      'action of reserve fails after its effect, for good',
      'compensation of issue loses its worker with the effect on its way',
    ])
    expect(wrong).toContain('a ended completed, but of issue happened did, undid; expected did')
  })
})

describe('the explorer, whose clock goes on while a step is down,', () => {
  const retry = { initialMs: 400, factor: 1, maximumMs: 400, attempts: 0 } as const
  const patient = {
    ...booking,
    steps: booking.steps.map((step) =>
      step.invoke ? { ...step, invoke: { ...step.invoke, policy: { ...step.invoke.policy, retry } } } : step,
    ),
  }
  const dated = { ...patient, deadline: (_: unknown, startedAt: number) => startedAt + 1_000 }
  const faults = ['outage', 'cancel'] as const

  it('finds nothing in a sound engine, whichever step is down as the run is cancelled or its deadline passes', async () => {
    for (const definition of [patient, dated]) {
      const { runs, counterExample } = await explore(definition, { inputs, faults })

      expect(counterExample).toBeUndefined()
      expect(runs).toBeGreaterThan(100)
    }
  })

  it('finds a step that is retried without end though its run was cancelled', async () => {
    const runtime = callsNothingOff(patient as SagaDefinition)
    const { counterExample } = await explore(patient, { inputs, faults, runtime })

    expect(found(counterExample)).toMatchObject({
      faults: [
        'action of reserve fails before its effect, 5 times',
        'action of reserve is cancelled before its effect',
      ],
      wrong: expect.arrayContaining(['reserve was tried for the 3. time after the run was cancelled']),
    })
  })

  it('finds a step that begins, or is retried, after the deadline', async () => {
    for (const seed of [hearsTimersLate, callsNothingOff]) {
      const runtime = seed(dated as SagaDefinition)
      const { counterExample } = await explore(dated, { inputs, faults, runtime })

      const { faults: placed, wrong } = found(counterExample)
      expect(placed).toEqual(['action of reserve fails before its effect, 5 times'])
      expect(wrong.join()).toContain('reserve was tried at 1200 ms, after the deadline of 1000 ms')
    }
  })
})

describe('the explorer of a saga with a child', () => {
  const parent = shapes.parent as SagaDefinition<{ readonly id: string }>
  const options = { inputs, children: childSagas } as const

  it('finds no broken promise when a worker dies or the run is cancelled, in the child as well', async () => {
    const { runs, counterExample } = await explore(parent, options)

    expect(counterExample).toBeUndefined()
    expect(runs).toBeGreaterThan(1_000)
  })

  it('finds a child that is never undone', async () => {
    const { counterExample } = await explore(parent, { ...options, runtime: undoesNoChild(parent as SagaDefinition) })

    const { faults, wrong } = found(counterExample)
    expect(faults).toHaveLength(1)
    expect(wrong).toContain('a: one was undone while child.last, which came later, stood')
  })
})

describe('a counter-example', () => {
  it('is a Mermaid sequence of the run', async () => {
    const { counterExample } = await explore(booking, seeded(doesNotFenceAhead))

    expect(found(counterExample).diagram).toMatchInlineSnapshot(`
      "sequenceDiagram
        participant caller
        participant workflow
        participant activities
        Note over activities: did ticket of a
        workflow->>activities: reserve
        Note over activities: reserve loses its worker after the effect, and the run is cancelled meanwhile
        Note over activities: did reserve of a
        caller->>workflow: cancel
        Note over workflow: is executed again, remembering 1 events
        workflow->>activities: release (compensation of ticket)
        Note over activities: undid ticket of a
        activities-->>workflow: release (compensation of ticket) answers
        Note over workflow: a ends cancelled"
    `)
  })
})
