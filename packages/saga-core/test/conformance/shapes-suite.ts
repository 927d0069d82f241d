import type { LaneEnd, Operation, SagaReport, Verb } from 'saga-core'
import { describe, expect, it } from 'vitest'
import type { ScriptedLane } from './activities.js'
import type { Host, HostedRun } from './host.js'
import { newWorld } from './world.js'

export function end(report: SagaReport, key: string): LaneEnd | undefined {
  return report.except.find((lane) => lane.key === key)
}

export function undoneOf(effects: readonly string[]) {
  return effects.flatMap((effect) => (effect.startsWith('undo ') ? [effect.split(' ')[1]] : []))
}

let operations = 0

export function operation(verb: Verb, lanes?: readonly string[], more: Partial<Operation> = {}): Operation {
  return {
    verb,
    actor: 'ann',
    reason: 'the suite says so',
    operationId: `shape-${++operations}`,
    ...(lanes && { lanes }),
    ...more,
  }
}

export async function until(run: Pick<HostedRun, 'state'>, word: string, lanes: number): Promise<void> {
  await expect.poll(async () => (await run.state()).counts[word] ?? 0, { timeout: 30_000, interval: 20 }).toBe(lanes)
}

/** The tests of groups, lists, waits, decisions, deadlines, versions and operators, for every runtime. */
export function describeShapes(name: string, host: () => Host, options: { readonly now: () => number }): void {
  const run = async (saga: Parameters<Host['start']>[0], lanes: readonly ScriptedLane[]) => {
    const started = await host().start(saga, lanes)
    return { ...started, report: await started.report }
  }

  describe(`${name}: parallel groups`, () => {
    it('complete when all siblings do', async () => {
      const { report, world } = await run('group', [{ id: 'a' }])

      expect(report.completed).toBe(1)
      expect(world.effectsOf('a').toSorted()).toEqual(['left', 'one', 'right', 'three'])
    })

    it('keep all causes, the first leading, await siblings, and undo in reverse start order', async () => {
      const { report, world } = await run('group', [
        { id: 'a', on: { left: 'refuse', right: 'refuse' } },
        { id: 'b', on: { left: 'refuse' } },
      ])

      expect(end(report, 'a')?.cause).toMatchObject({ step: 'left', others: [{ step: 'right' }] })
      expect(undoneOf(world.effectsOf('b'))).toEqual(['right', 'one'])
    })
  })

  describe(`${name}: groups that are called off`, () => {
    it('do not wait for the next attempt of a sibling of the failed step; it is undone, and its cause comes last', async () => {
      const { start, taskQueue } = host()
      const lane: ScriptedLane = { id: 'a', on: { left: 'refuse', right: 'down' } }
      const { report, world } = await start('hasty', [lane], newWorld(), { placement: { right: taskQueue } })

      expect(end(await report, 'a')).toMatchObject({
        outcome: 'refused',
        cause: { step: 'left', others: [{ step: 'right', kind: 'unknown' }] },
        compensations: { one: 'done', left: 'notNeeded', right: 'done' },
      })
      expect(world.times('action right a')).toBeLessThan(2)
    })
  })

  describe(`${name}: a step that is retried without end`, () => {
    const down = { two: 'down' } as const
    const places: readonly (readonly [string, boolean])[] = [
      ['on the own worker', false],
      ['on a task queue', true],
    ]

    it.each(places)('%s ends with an abort, and its lane is undone', async (_, isPlaced) => {
      const { start, taskQueue } = host()
      const world = newWorld()
      const held = world.holdUp('action two')
      const placement = isPlaced ? { two: taskQueue } : {}
      const { report, operate } = await start('endless', [{ id: 'a', on: down }], world, { placement })
      await held.entered
      await operate(operation('abort', ['a']))
      held.release()

      expect(end(await report, 'a')).toMatchObject({
        outcome: 'cancelled',
        cause: { kind: 'aborted', others: [{ kind: 'unknown', step: 'two', code: 'SAGA_CALLED_OFF' }] },
      })
      expect(world.effectsOf('a')).toEqual(['one', 'undo two', 'undo one (known)'])
    })

    it.each(places)('%s ends with its deadline, and its lane is undone', async (_, isPlaced) => {
      const { start, taskQueue } = host()
      const lane: ScriptedLane = { id: 'a', on: down, until: options.now() + 2_000 }
      const placement = isPlaced ? { two: taskQueue } : {}
      const { report, world } = await start('endless', [lane], newWorld(), { placement })

      expect(end(await report, 'a')).toMatchObject({ outcome: 'expired', cause: { others: [{ step: 'two' }] } })
      expect(world.effectsOf('a')).toEqual(['one', 'undo two', 'undo one (known)'])
    })

    it.each(places)('%s ends with a cancel of its run, and its lane is undone', async (_, isPlaced) => {
      const { start, taskQueue } = host()
      const world = newWorld()
      const held = world.holdUp('action two')
      const placement = isPlaced ? { two: taskQueue } : {}
      const { report, cancel } = await start('endless', [{ id: 'a', on: down }], world, { placement })
      await held.entered
      await cancel()
      held.release()

      await expect(report).rejects.toThrow(/cancelled/i)
      expect(world.effectsOf('a')).toEqual(['one', 'undo two', 'undo one (known)'])
    })

    it.each(places)('%s goes on for the lanes of a set that were not aborted', async (_, isPlaced) => {
      const { start, taskQueue } = host()
      const world = newWorld()
      const held = world.holdUp('action one')
      const lanes: readonly ScriptedLane[] = ['a', 'b'].map((id) => ({ id, on: { one: 'down' } }))
      const started = await start('endlessSets', lanes, world, { placement: isPlaced ? { one: taskQueue } : {} })
      await held.entered
      await started.operate(operation('abort', ['a']))
      held.release()
      await until(started, 'cancelled', 1)
      world.mended = true

      expect(await started.report).toMatchObject({ completed: 1, except: [{ key: 'a', outcome: 'cancelled' }] })
      expect(world.effectsOf('b')).toEqual(['one'])
    })
  })

  describe(`${name}: lists`, () => {
    const elements = ['x', 'y', 'z'].map((id): ScriptedLane => ({ id }))

    it('call each element once and go on', async () => {
      const { report, world } = await run('list', [{ id: 'a', elements }])

      expect(report.completed).toBe(1)
      expect(elements.map(({ id }) => world.effectsOf(`a\u001f1\u001f${id}`))).toEqual([['each'], ['each'], ['each']])
    })

    it('undo each done element when one is refused', async () => {
      const refusing = elements.map((element) =>
        element.id === 'y' ? { ...element, on: { each: 'refuse' as const } } : element,
      )
      const { report, world } = await run('list', [{ id: 'a', elements: refusing }])

      expect(end(report, 'a')).toMatchObject({
        outcome: 'refused',
        cause: { step: 'each[y]' },
        compensations: { 'each[x]': 'done', 'each[y]': 'notNeeded', 'each[z]': 'done' },
      })
      expect(world.effectsOf('a\u001f1\u001fx')).toEqual(['each', 'undo each (known)'])
      expect(world.effectsOf('a\u001f1\u001fy')).toEqual([])
    })

    it('with two elements of one key fail their lane only', async () => {
      const { report } = await run('list', [{ id: 'a', elements: [{ id: 'x' }, { id: 'x' }] }, { id: 'b' }])

      expect(report.completed).toBe(1)
      expect(end(report, 'a')).toMatchObject({ outcome: 'failed', cause: { code: 'SAGA_ARGUMENT' } })
    })
  })

  describe(`${name}: branches, optional steps, versions, schemas`, () => {
    it('a step whose condition is false is left out', async () => {
      const { report, world } = await run('sometimes', [{ id: 'a', on: { one: 'skip' } }])

      expect(report).toMatchObject({ completed: 1, except: [] })
      expect(world.effectsOf('a')).toEqual(['two', 'three'])
    })

    it('an optional step that fails is recorded, and the lane completes partly', async () => {
      const { report, world } = await run('sometimes', [{ id: 'a', on: { two: 'refuse' } }])

      expect(report).toMatchObject({ completed: 1, except: [{ key: 'a', outcome: 'completed', partly: ['two'] }] })
      expect(world.effectsOf('a')).toEqual(['one', 'three'])
    })

    it('a run has the steps of its version', async () => {
      const { report, world } = await run('grown', [{ id: 'a' }])

      expect(report.version).toBe(3)
      expect(world.effectsOf('a')).toEqual(['two'])
    })

    it('an input its schema refuses ends failed, its adopted effects undone', async () => {
      const { report, world } = await run('checked', [{ id: 'a' }, { id: 'b', on: {} }])

      expect(report.completed).toBe(1)
      expect(end(report, 'a')).toMatchObject({
        outcome: 'failed',
        cause: { code: 'SAGA_INPUT', message: 'on is missing' },
      })
      expect(undoneOf(world.effectsOf('a'))).toEqual(['hold'])
    })

    it('compensations run all at once in a parallel saga, the adopted ones last', async () => {
      const { world } = await run('atOnce', [{ id: 'a', on: { three: 'refuse' } }])

      const undone = undoneOf(world.effectsOf('a'))
      expect(undone.toSorted()).toEqual(['hold', 'one', 'two'])
      expect(undone.at(-1)).toBe('hold')
    })
  })

  describe(`${name}: verify`, () => {
    it('an unknown step that happened goes on with the result of verify', async () => {
      const { report } = await run('verifying', [{ id: 'a', on: { two: 'lost' }, verdict: 'done' }])

      expect(report.completed).toBe(1)
    })

    it('an unknown step that did not happen rolls its lane back without being undone', async () => {
      const { report } = await run('verifying', [{ id: 'a', on: { two: 'down' }, verdict: 'fenced' }])

      expect(end(report, 'a')).toMatchObject({ outcome: 'failed', compensations: { one: 'done', two: 'notNeeded' } })
    })

    it('a step with an unknown answer parks, and can be resolved by an operator', async () => {
      const started = await host().start('verifying', [{ id: 'a', on: { two: 'down' }, verdict: 'pending' }])
      await until(started, 'parked', 1)

      await started.operate(operation('resolve', ['a'], { result: { value: 'looked up by hand' } }))

      expect((await started.report).completed).toBe(1)
      expect(started.world.effectsOf('a')).toEqual(['one'])
    })
  })

  describe(`${name}: waits`, () => {
    it('a message moves its lane on; the first counts, an early one is kept', async () => {
      const started = await host().start('approving', [{ id: 'a' }, { id: 'b' }])
      await started.message({ wait: 'approval', lanes: { a: { value: { by: 'ann' } } } })
      await started.message({ wait: 'approval', lanes: { a: { refuse: 'TOO_LATE' }, b: { value: { by: 'bob' } } } })

      expect(await started.report).toMatchObject({ completed: 2, except: [] })
    })

    it('a wait on a condition holds the lanes that have it; the others go on', async () => {
      const started = await host().start('signing', [{ id: 'a' }, { id: 'b', on: { word: 'skip' } }])
      await until(started, 'completed', 1)
      expect((await started.state()).counts).toEqual({ completed: 1, waiting: 1 })
      expect(started.world.effectsOf('b')).toEqual(['one', 'three'])

      await started.message({ wait: 'word', lanes: { a: { value: 'yes' } } })
      expect((await started.report).completed).toBe(2)
    })

    it('a wait on a condition may have been left out by a lost execution: the steps after it are fenced', async () => {
      const { report } = await run('signing', [{ id: 'a', on: { one: 'lost', word: 'skip' } }])

      expect(end(report, 'a')).toMatchObject({ outcome: 'failed', compensations: { one: 'done', three: 'done' } })
    })

    it('a refusal by message undoes the earlier steps', async () => {
      const started = await host().start('approving', [{ id: 'a' }])
      await until(started, 'waiting', 1)
      await started.message({ wait: 'approval', lanes: { a: { refuse: 'NOT_APPROVED' } } })

      expect(end(await started.report, 'a')).toMatchObject({
        outcome: 'refused',
        cause: { code: 'NOT_APPROVED', step: 'approval' },
      })
      expect(undoneOf(started.world.effectsOf('a'))).toEqual(['one'])
    })

    it('a deadline refuses, one lane at a time', async () => {
      const started = await host().start('approving', [{ id: 'a', until: options.now() + 200 }, { id: 'b' }])
      await until(started, 'refused', 1)
      expect((await started.state()).counts).toEqual({ refused: 1, waiting: 1 })
      await started.message({ wait: 'approval', lanes: { b: { value: { by: 'bob' } } } })

      expect(end(await started.report, 'a')).toMatchObject({ cause: { code: 'SAGA_WAIT_EXPIRED' } })
    })

    it('a wait that counts from its begin refuses at its end, unless its message came', async () => {
      const started = await host().start('hurrying', [{ id: 'a', within: 200 }, { id: 'b' }])
      await started.message({ wait: 'word', lanes: { b: { value: 'go' } } })
      await started.message({ wait: 'other', lanes: { b: { value: 'go' } } })

      const report = await started.report
      expect(report.completed).toBe(1)
      expect(end(report, 'a')).toMatchObject({ outcome: 'refused', cause: { step: 'word', code: 'SAGA_WAIT_EXPIRED' } })
    })

    it('a cancel while waiting undoes, and ends the run as cancelled', async () => {
      const started = await host().start('approving', [{ id: 'a' }])
      const ended = started.report.then(
        () => 'completed',
        () => 'cancelled',
      )
      await until(started, 'waiting', 1)
      await started.cancel()

      expect(await ended).toBe('cancelled')
      expect(undoneOf(started.world.effectsOf('a')).at(-1)).toBe('one')
    })

    it('an abort by an operator rolls one waiting lane back', async () => {
      const started = await host().start('approving', [{ id: 'a' }, { id: 'b' }])
      await until(started, 'waiting', 2)
      await started.operate(operation('abort', ['a']))
      await until(started, 'cancelled', 1)
      await started.message({ wait: 'approval', lanes: { b: { value: { by: 'bob' } } } })

      expect(end(await started.report, 'a')).toMatchObject({
        cause: { kind: 'aborted', message: 'ann: the suite says so' },
      })
    })

    it('a message its schema refuses is not taken', async () => {
      const started = await host().start('approving', [{ id: 'a' }])
      await until(started, 'waiting', 1)
      await started.message({ wait: 'approval', lanes: { a: { value: { by: 7 } } } })
      expect((await started.state()).counts).toEqual({ waiting: 1 })
      await started.message({ wait: 'approval', lanes: { a: { value: { by: 'ann' } } } })

      expect((await started.report).completed).toBe(1)
    })

    it('a saga deadline rolls a waiting lane back as expired', async () => {
      const { report, world } = await run('expiring', [{ id: 'a', until: options.now() + 200 }])

      expect(end(report, 'a')).toMatchObject({ outcome: 'expired', cause: { code: 'SAGA_DEADLINE' } })
      expect(undoneOf(world.effectsOf('a')).at(-1)).toBe('one')
    })
  })

  describe(`${name}: a waiting pivot`, () => {
    it('goes on by the decision of its activity for a message', async () => {
      const started = await host().start('deciding', [{ id: 'a' }])
      await until(started, 'waiting', 1)
      await started.message({ wait: 'paid', lanes: { a: { value: 'a hint' } } })

      expect((await started.report).completed).toBe(1)
      expect(started.world.effectsOf('a')).toEqual(['one', 'tell'])
    })

    it('calls decide at the deadline, and undoes when it refuses', async () => {
      const { report, world } = await run('deciding', [{ id: 'a', until: options.now() + 200 }])

      expect(end(report, 'a')).toMatchObject({ outcome: 'refused', cause: { code: 'NOT_PAID_ON_DEADLINE' } })
      expect(undoneOf(world.effectsOf('a'))).toEqual(['one'])
    })

    it('goes on past the deadline when decide answers done', async () => {
      const world = newWorld()
      world.mended = true
      const started = await host().start('deciding', [{ id: 'a', until: options.now() + 200 }], world)

      expect((await started.report).completed).toBe(1)
    })

    it('has decide called again while its answer is unknown', async () => {
      const started = await host().start('deciding', [{ id: 'a', verdict: 'pending' }])
      await until(started, 'waiting', 1)
      await started.message({ wait: 'paid', lanes: { a: { value: 'a hint' } } })
      await expect.poll(() => started.world.times('decide message')).toBeGreaterThan(0)
      started.world.mended = true
      await started.message({ wait: 'paid', lanes: { a: { value: 'another hint' } } })

      expect((await started.report).completed).toBe(1)
    })

    it('declines a cancel when decide answers done', async () => {
      const world = newWorld()
      world.mended = true
      const started = await host().start('deciding', [{ id: 'a' }], world)
      await until(started, 'waiting', 1)
      await started.cancel()

      expect((await started.report).completed).toBe(1)
    })
  })

  describe(`${name}: operators`, () => {
    const stuck: readonly ScriptedLane[] = [{ id: 'a', on: { three: 'refuse' }, undo: { two: 'down' } }]

    it('skip a stuck compensation: the others run, and the report has it', async () => {
      const started = await host().start('setWise', stuck)
      await until(started, 'parked', 1)
      await started.operate(operation('skip'))

      expect(end(await started.report, 'a')?.compensations).toEqual({
        hold: 'done',
        one: 'done',
        two: 'skipped',
        three: 'notNeeded',
      })
    })

    it('resolve a stuck compensation that was done by hand', async () => {
      const started = await host().start('setWise', stuck)
      await until(started, 'parked', 1)
      await started.operate(operation('resolve'))

      expect(end(await started.report, 'a')?.compensations).toMatchObject({ two: 'resolved', one: 'done' })
    })

    it('abandon a lane: its owed compensations stay owed, and the report has them', async () => {
      const started = await host().start('setWise', stuck)
      await until(started, 'parked', 1)
      await started.operate(operation('abandon'))

      expect(end(await started.report, 'a')).toMatchObject({
        outcome: 'abandoned',
        compensations: { hold: 'owed', one: 'owed', two: 'stuck' },
      })
    })

    it('compensate a lane that parked on its way forward', async () => {
      const started = await host().start('parking', [{ id: 'a', on: { one: 'lost' } }])
      await until(started, 'parked', 1)
      await started.operate(operation('compensate'))

      expect(end(await started.report, 'a')).toMatchObject({ outcome: 'cancelled', compensations: { one: 'done' } })
    })

    it('skip a step after the pivot', async () => {
      const started = await host().start('pivoted', [{ id: 'a', on: { tell: 'down' } }])
      await until(started, 'parked', 1)
      await started.operate(operation('skip'))

      expect(await started.report).toMatchObject({ completed: 1, except: [{ key: 'a', partly: ['tell'] }] })
    })

    it("are refused a verb that the lane's state does not allow, and the audit list stays empty", async () => {
      const started = await host().start('setWise', stuck)
      await until(started, 'parked', 1)

      await expect(started.operate(operation('compensate', ['a']))).rejects.toThrow()
      await expect(started.operate(operation('retry', ['nobody']))).rejects.toThrow()
      expect((await started.state()).audit).toEqual([])
      await started.operate(operation('abandon'))
    })

    it('are kept in the audit list; an operation sent twice changes nothing the second time', async () => {
      const started = await host().start('setWise', stuck)
      await until(started, 'parked', 1)
      const once = operation('retry', ['a'])

      const first = await started.operate(once)
      await until(started, 'parked', 1)
      const second = await started.operate(once)

      expect(second).toEqual(first)
      expect((await started.state()).audit).toMatchObject([
        { verb: 'retry', actor: 'ann', reason: 'the suite says so', count: 1 },
      ])
      await started.operate(operation('abandon'))
    })
  })
}
