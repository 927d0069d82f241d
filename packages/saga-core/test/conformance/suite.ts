import type { LaneEnd, Operation, SagaReport, Verb } from 'saga-core'
import { describe, expect, it } from 'vitest'
import type { ScriptedLane } from './activities.js'
import type { Host, HostedRun } from './host.js'
import { newWorld } from './world.js'

function end(report: SagaReport, key: string): LaneEnd | undefined {
  return report.except.find((lane) => lane.key === key)
}

/** The undone steps, in order. */
function undoneOf(effects: readonly string[]): readonly string[] {
  return effects.flatMap((effect) => (effect.startsWith('undo ') ? [effect.split(' ')[1] as string] : []))
}

let operations = 0

function operation(verb: Verb, lanes?: readonly string[]): Operation {
  return {
    verb,
    actor: 'test',
    reason: 'the suite says so',
    operationId: `operation-${++operations}`,
    ...(lanes && { lanes }),
  }
}

async function retry(run: HostedRun, lanes?: readonly string[]) {
  return (await run.operate(operation('retry', lanes))).lanes
}

async function untilParked(run: HostedRun, lanes: number): Promise<void> {
  await expect.poll(async () => (await run.state()).counts.parked ?? 0, { timeout: 10_000, interval: 20 }).toBe(lanes)
}

/** The tests of steps, rolling back and batches, for every runtime. */
export function describeRuntime(name: string, host: () => Host): void {
  const run = async (saga: Parameters<Host['start']>[0], lanes: readonly ScriptedLane[]) => {
    const started = await host().start(saga, lanes)
    return { ...started, report: await started.report }
  }

  describe(`${name}: forward`, () => {
    it.each(['setWise', 'perLane'] as const)('%s: completes every lane, each step in order', async (saga) => {
      const { report, world } = await run(saga, [{ id: 'a' }, { id: 'b' }])

      expect(report).toMatchObject({ lanes: 2, completed: 2, except: [] })
      expect(world.effectsOf('a')).toEqual(['one', 'two', 'three'])
      expect(world.effectsOf('b')).toEqual(['one', 'two', 'three'])
    })

    it.each(['setWise', 'perLane'] as const)('%s: retries a step that fails twice', async (saga) => {
      const { report } = await run(saga, [{ id: 'a', on: { two: 'flaky' } }])

      expect(report.completed).toBe(1)
    })

    it.each([
      ['with two inputs of one key', [{ id: 'a' }, { id: 'a' }], 'inputs 0 and 1 of saga "setWise" have one key, "a"'],
      ['without a lane', [], 'saga "setWise" was started without a lane'],
    ])('refuses a start %s, before it does anything', async (_, lanes, message) => {
      const world = newWorld()
      const report = (async () => (await host().start('setWise', lanes, world)).report)()

      const error = await report.catch((one: Error) => one)
      expect(String((error as Error).cause ?? error)).toContain(message)
      expect(world.effectsOf('a')).toEqual([])
    })

    it('ends an input without a key as failed, beside its neighbours', async () => {
      const { report } = await run('setWise', [{ id: 'a' }, { id: 'throw' }])

      expect(report.completed).toBe(1)
      expect(end(report, '#1')).toMatchObject({ outcome: 'failed', cause: { kind: 'invalid', code: 'SAGA_LANE_KEY' } })
    })

    it('gives a shaped argument the results of earlier steps', async () => {
      const { report, world } = await run('shaping', [{ id: 'a' }])

      expect(report.completed).toBe(1)
      expect(world.effectsOf('a')).toEqual(['one', 'two'])
    })

    it('fails only the lane whose argument cannot be shaped', async () => {
      const { report, world } = await run('shaping', [{ id: 'a', on: { shape: 'throw' } }, { id: 'b' }])

      expect(report.completed).toBe(1)
      expect(end(report, 'a')).toMatchObject({
        outcome: 'failed',
        cause: { kind: 'invalid', code: 'SAGA_ARGUMENT', step: 'two' },
      })
      expect(world.effectsOf('a')).toEqual(['one', 'undo one (known)'])
    })
  })

  describe(`${name}: refused, unknown, fenced`, () => {
    it.each(['setWise', 'perLane'] as const)(
      '%s: a refusal undoes the earlier steps in reverse, not the refused one',
      async (saga) => {
        const { report, world } = await run(saga, [{ id: 'a', on: { three: 'refuse' } }, { id: 'b' }])

        expect(report.completed).toBe(1)
        expect(end(report, 'a')).toEqual({
          key: 'a',
          outcome: 'refused',
          cause: { kind: 'refused', step: 'three', code: 'NO' },
          compensations: { hold: 'done', one: 'done', two: 'done', three: 'notNeeded' },
        })
        expect(world.effectsOf('a')).toEqual([
          'one',
          'two',
          'undo two (known)',
          'undo one (known)',
          expect.stringMatching(/^undo hold/),
        ])
        expect(world.effectsOf('b')).toEqual(['one', 'two', 'three'])
      },
    )

    it.each(['setWise', 'perLane'] as const)('%s: an unknown step is undone too, without its result', async (saga) => {
      const { report, world } = await run(saga, [{ id: 'a', on: { two: 'lost' } }])

      expect(end(report, 'a')).toMatchObject({
        outcome: 'failed',
        cause: { kind: 'unknown', step: 'two', message: 'answer lost: the socket hung up' },
      })
      expect(world.effectsOf('a').slice(0, 5)).toEqual(['one', 'two', 'undo three', 'undo two', 'undo one (known)'])
    })

    it.each(['setWise', 'perLane'] as const)(
      '%s: a refusal after an attempt that never answered is unknown',
      async (saga) => {
        const { report } = await run(saga, [{ id: 'a', on: { two: 'lateRefuse' } }])

        expect(end(report, 'a')).toMatchObject({
          outcome: 'failed',
          cause: { kind: 'unknown', code: 'SAGA_REFUSED_AFTER_SILENCE' },
          compensations: { two: 'done' },
        })
      },
    )

    it.each(['setWise', 'perLane'] as const)('%s: a fenced step counts as undone', async (saga) => {
      const { report, world } = await run(saga, [{ id: 'a', on: { two: 'fenced' } }])

      expect(end(report, 'a')).toMatchObject({ outcome: 'failed', cause: { kind: 'fenced', code: 'SAGA_STEP_FENCED' } })
      expect(undoneOf(world.effectsOf('a'))).toEqual(['three', 'one', 'hold'])
    })

    it('a poison lane does not stop its neighbours', async () => {
      const lanes = Array.from(
        { length: 9 },
        (_, at): ScriptedLane => ({ id: `l${at}`, ...(at === 4 && { on: { two: 'poison' } }) }),
      )
      const { report } = await run('setWise', lanes)

      expect(report.completed).toBe(8)
      expect(end(report, 'l4')).toMatchObject({ outcome: 'failed', cause: { kind: 'unknown', step: 'two' } })
    })

    it('a call of which every set fails leaves all its lanes unknown', async () => {
      const { report } = await run(
        'setWise',
        ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id, on: { two: 'poison' } })),
      )

      expect(report.except.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed', 'failed', 'failed'])
    })

    it('an activity that leaves a lane out of its answer makes that lane unknown once its retries are spent, and no other', async () => {
      const { report, world } = await run('setWise', [{ id: 'a', on: { two: 'forget' } }, { id: 'b' }])

      expect(report).toMatchObject({ completed: 1, except: [{ key: 'a', cause: { code: 'SAGA_REPORT_MISMATCH' } }] })
      expect(undoneOf(world.effectsOf('a'))).toEqual(['three', 'two', 'one', 'hold'])
    })
  })

  describe(`${name}: ownership`, () => {
    it('a lane of another run ends as duplicate: no step, no compensation', async () => {
      const { report, world } = await run('owned', [{ id: 'a', on: { '@own': 'refuse' } }, { id: 'b' }])

      expect(end(report, 'a')).toMatchObject({ key: 'a', outcome: 'duplicate', cause: { kind: 'refused', code: 'NO' } })
      expect(world.effectsOf('a')).toEqual([])
      expect(world.effectsOf('b')).toEqual(['@own', 'one'])
    })
  })

  describe(`${name}: pivot`, () => {
    it('a refused pivot has the earlier steps undone', async () => {
      const { report, world } = await run('pivoted', [{ id: 'a', on: { go: 'refuse' } }])

      expect(end(report, 'a')?.outcome).toBe('refused')
      expect(world.effectsOf('a')).toEqual(['one', 'undo one (known)'])
    })

    it('a step after the pivot whose retries are spent parks its lane, and a retry finishes it', async () => {
      const started = await host().start('pivoted', [{ id: 'a', on: { tell: 'down' } }])
      await untilParked(started, 1)
      expect((await started.state()).notable[0]).toMatchObject({ key: 'a', parked: { phase: 'action', step: 'tell' } })

      started.world.mended = true
      expect(await retry(started)).toEqual(['a'])

      expect(await started.report).toMatchObject({ lanes: 1, completed: 1 })
    })
  })

  describe(`${name}: a pivot that may have happened`, () => {
    const operation = { actor: 'ann', reason: 'a test', lanes: ['a'] } as const

    it('parks when its retries are spent, cannot be compensated, and is called again by a retry', async () => {
      const started = await host().start('pivoted', [{ id: 'a', on: { go: 'down' } }])
      await untilParked(started, 1)

      for (const verb of ['compensate', 'abort', 'skip'] as const)
        await expect(started.operate({ ...operation, verb, operationId: verb })).rejects.toThrow()
      expect(started.world.effectsOf('a')).toEqual(['one'])

      started.world.mended = true
      await started.operate({ ...operation, verb: 'retry', operationId: 'retry' })
      expect(await started.report).toMatchObject({ completed: 1 })
      expect(started.world.effectsOf('a')).toEqual(['one', 'go', 'tell'])
    })

    it('parks at once at a non-retryable failure', async () => {
      const started = await host().start('pivoted', [{ id: 'a', on: { go: 'throw' } }])
      await untilParked(started, 1)

      expect((await started.state()).notable[0]).toMatchObject({
        parked: { step: 'go' },
        compensations: { one: 'armed' },
      })
      await started.operate({ ...operation, verb: 'abandon', operationId: 'abandon' })
      expect(end(await started.report, 'a')?.outcome).toBe('abandoned')
    })

    it('goes on when an operator resolves it', async () => {
      const started = await host().start('pivoted', [{ id: 'a', on: { go: 'lost' } }])
      await untilParked(started, 1)

      await started.operate({ ...operation, verb: 'resolve', operationId: 'resolve' })

      expect(await started.report).toMatchObject({ completed: 1 })
      expect(started.world.effectsOf('a')).toEqual(['one', 'go', 'tell'])
    })
  })

  describe(`${name}: parked`, () => {
    it('a stuck compensation parks its lane, the earlier ones stay owed, and a retry unwinds them', async () => {
      const started = await host().start('setWise', [
        { id: 'a', on: { three: 'refuse' }, undo: { two: 'down' } },
        { id: 'b' },
      ])
      await untilParked(started, 1)
      expect((await started.state()).notable[0]).toMatchObject({
        key: 'a',
        status: 'parked',
        parked: { phase: 'compensation', step: 'two', attempts: 2 },
        compensations: { hold: 'owed', one: 'owed', two: 'stuck', three: 'notNeeded' },
      })
      expect(started.world.effectsOf('a')).toEqual(['one', 'two'])

      started.world.mended = true
      expect(await retry(started, ['a'])).toEqual(['a'])

      const report = await started.report
      expect(end(report, 'a')).toMatchObject({
        outcome: 'refused',
        compensations: { hold: 'done', one: 'done', two: 'done' },
      })
    })

    it('a compensation that is refused parks as well', async () => {
      const started = await host().start('setWise', [{ id: 'a', on: { three: 'refuse' }, undo: { one: 'refuse' } }])
      await untilParked(started, 1)

      expect((await started.state()).notable[0]).toMatchObject({
        compensations: { hold: 'owed', one: 'stuck', two: 'done' },
      })
      await started.cancel()
    })

    it('an independent stuck compensation lets the earlier ones go on', async () => {
      const started = await host().start('parking', [{ id: 'a', on: { three: 'refuse' }, undo: { two: 'down' } }])
      await untilParked(started, 1)

      expect((await started.state()).notable[0]).toMatchObject({ compensations: { one: 'done', two: 'stuck' } })
      started.world.mended = true
      await retry(started)
      expect(end(await started.report, 'a')?.outcome).toBe('refused')
    })

    it.each(['setWise', 'perLane'] as const)(
      'a %s compensation that is pending is asked again until it is confirmed, and holds up the earlier ones',
      async (saga) => {
        const started = await host().start(saga, [{ id: 'a', on: { three: 'refuse' }, undo: { two: 'pends' } }])

        expect(end(await started.report, 'a')).toMatchObject({
          compensations: { hold: 'done', one: 'done', two: 'done' },
        })
        expect(started.world.times('compensation two a')).toBe(3)
        expect(started.world.effectsOf('a').slice(2)).toEqual([
          'undo two (known)',
          'undo one (known)',
          'undo hold (known)',
        ])
      },
    )

    it.each(['setWise', 'perLane'] as const)(
      'a %s compensation is given the undo data of its step, which no other step sees',
      async (saga) => {
        const { report, world } = await host().start(saga, [{ id: 'a', on: { two: 'keeps', three: 'refuse' } }])

        expect(JSON.stringify(await report)).not.toContain('kept')
        expect(world.effectsOf('a').slice(2)).toEqual([
          'undo two (known), kept by two',
          'undo one (known)',
          'undo hold (known)',
        ])
      },
    )

    it('a step with an unknown outcome and onUnknown park goes on with a retry where it stopped', async () => {
      const started = await host().start('parking', [{ id: 'a', on: { one: 'down' } }])
      await untilParked(started, 1)

      started.world.mended = true
      await retry(started)

      expect((await started.report).completed).toBe(1)
      expect(started.world.effectsOf('a')).toEqual(['one', 'two', 'three'])
    })
  })

  describe(`${name}: cancellation`, () => {
    it('a cancel during a step awaits it; then every step that may have happened is undone in reverse, and the run ends as cancelled', async () => {
      const world = newWorld()
      const hold = world.holdUp('action two')
      const started = await host().start('setWise', [{ id: 'a' }], world)
      const ended = started.report.then(
        () => 'completed',
        () => 'cancelled',
      )
      await hold.entered
      await started.cancel()
      hold.release()

      expect(await ended).toBe('cancelled')
      expect(undoneOf(world.effectsOf('a'))).toEqual(['three', 'two', 'one', 'hold'])
    })

    it('a second cancel does not interrupt the compensations', async () => {
      const world = newWorld()
      const step = world.holdUp('action two')
      const undo = world.holdUp('compensation one')
      const started = await host().start('setWise', [{ id: 'a' }], world)
      const ended = started.report.then(
        () => 'completed',
        () => 'cancelled',
      )
      await step.entered
      await started.cancel()
      step.release()
      await undo.entered
      await started.cancel()
      undo.release()

      expect(await ended).toBe('cancelled')
      expect(undoneOf(world.effectsOf('a'))).toEqual(['three', 'two', 'one', 'hold'])
    })

    it('a cancel after the pivot is declined', async () => {
      const world = newWorld()
      const hold = world.holdUp('action tell')
      const started = await host().start('pivoted', [{ id: 'a' }], world)
      await hold.entered
      await started.cancel()
      hold.release()

      expect((await started.report).completed).toBe(1)
    })
  })
}
