import { describe, expect, it } from 'vitest'
import type { ScriptedLane } from './activities.js'
import type { Host, HostedRun } from './host.js'
import { end, operation, undoneOf, until } from './shapes-suite.js'

/** Resolves to the end of the run: the report's first lane, or `cancelled` for a cancelled run. */
function endOf(run: HostedRun) {
  return run.report.then(
    (report) => report.except[0] ?? 'completed',
    () => 'cancelled',
  )
}

/** The tests of child sagas, for every runtime. */
export function describeChildren(name: string, host: () => Host, { now }: { readonly now: () => number }): void {
  const start = (saga: 'parent' | 'guardian' | 'grandparent', lanes: readonly ScriptedLane[]) =>
    host().start(saga, lanes)
  const run = async (lane: ScriptedLane) => {
    const started = await start('parent', [lane])
    return { ...started, report: await started.report }
  }

  describe(`${name}: children`, () => {
    it('complete with their parent', async () => {
      const { report, world } = await run({ id: 'a' })

      expect(report.completed).toBe(1)
      expect(world.effectsOf('a')).toEqual(['one', 'inner', 'last', 'three'])
    })

    it('that are refused undo themselves, then their parent undoes itself', async () => {
      const { report, world } = await run({ id: 'a', on: { last: 'refuse' } })

      expect(end(report, 'a')).toMatchObject({ outcome: 'refused', cause: { step: 'child', code: 'NO' } })
      expect(undoneOf(world.effectsOf('a'))).toEqual(['inner', 'one'])
    })

    it('that completed are undone by a parent that rolls back', async () => {
      const { report, world } = await run({ id: 'a', on: { three: 'refuse' } })

      expect(end(report, 'a')).toMatchObject({ outcome: 'refused', compensations: { child: 'done', one: 'done' } })
      expect(undoneOf(world.effectsOf('a'))).toEqual(['last', 'inner', 'one'])
    })

    it('are undone past their waits, with the results of their steps', async () => {
      const parent = await start('guardian', [{ id: 'a', on: { three: 'refuse' } }])
      await (await parent.child('child/a')).message({ wait: 'word', lanes: { a: { value: 'go' } } })

      expect(await endOf(parent)).toMatchObject({ outcome: 'refused', compensations: { child: 'done' } })
      expect(parent.world.effectsOf('a').slice(-3)).toEqual([
        'undo last (known)',
        'undo inner (known)',
        'undo one (known)',
      ])
    })

    it('of children park their parents and complete with them', async () => {
      const parent = await start('grandparent', [{ id: 'a', on: { inner: 'down' } }])
      await until(parent, 'parked', 1)
      const middle = await parent.child('guardian/a')
      const inner = await parent.child('guardian/a/child/a')

      expect((await parent.state()).notable).toMatchObject([{ parked: { step: 'guardian', child: middle.workflowId } }])
      expect((await middle.state()).notable).toMatchObject([{ parked: { step: 'child', child: inner.workflowId } }])

      parent.world.mended = true
      await inner.operate(operation('retry'))
      await until(parent, 'running', 1)
      await inner.message({ wait: 'word', lanes: { a: { value: 'go' } } })
      expect((await parent.report).completed).toBe(1)
    })
  })

  describe(`${name}: a parked child`, () => {
    it('parks its lane, which names it, and goes on when the child does', async () => {
      const parent = await start('guardian', [{ id: 'a', on: { inner: 'down' } }])
      await until(parent, 'parked', 1)
      const child = await parent.child('child/a')

      expect((await parent.state()).notable).toMatchObject([
        { key: 'a', parked: { phase: 'action', step: 'child', code: 'SAGA_CHILD_PARKED', child: child.workflowId } },
      ])

      parent.world.mended = true
      await child.operate(operation('retry'))
      await until(parent, 'running', 1)
      expect((await parent.state()).notable).toEqual([])

      await child.message({ wait: 'word', lanes: { a: { value: 'go' } } })
      expect((await parent.report).completed).toBe(1)
      expect(parent.world.effectsOf('a')).toEqual(['one', 'inner', 'last', 'three'])
    })

    it('holds no other lane up', async () => {
      const parent = await start('parent', [
        { id: 'a', on: { last: 'refuse' }, undo: { inner: 'down' } },
        { id: 'b' },
        { id: 'c', on: { last: 'refuse' } },
      ])
      await until(parent, 'parked', 1)
      await until(parent, 'completed', 1)
      await until(parent, 'refused', 1)

      parent.world.mended = true
      await (await parent.child('child/a')).operate(operation('retry'))
      expect(await parent.report).toMatchObject({
        completed: 1,
        except: [
          { key: 'a', outcome: 'refused' },
          { key: 'c', outcome: 'refused' },
        ],
      })
      expect(undoneOf(parent.world.effectsOf('a'))).toEqual(['inner', 'one'])
    })

    it('that undoes a run of it parks its lane as well, and holds no other lane up', async () => {
      const parent = await start('parent', [
        { id: 'a', on: { three: 'refuse' }, undo: { inner: 'down' } },
        { id: 'b', on: { three: 'refuse' } },
      ])
      await until(parent, 'parked', 1)
      await until(parent, 'refused', 1)
      const child = await parent.child('child/a/undo')

      expect((await parent.state()).notable).toMatchObject([
        {
          parked: { phase: 'compensation', step: 'child', child: child.workflowId },
          compensations: { child: 'owed', one: 'owed' },
        },
        { key: 'b', outcome: 'refused' },
      ])
      expect(undoneOf(parent.world.effectsOf('a'))).toEqual(['last'])

      parent.world.mended = true
      await child.operate(operation('retry'))
      expect(end(await parent.report, 'a')).toMatchObject({
        outcome: 'refused',
        compensations: { child: 'done', one: 'done' },
      })
      expect(undoneOf(parent.world.effectsOf('a'))).toEqual(['last', 'inner', 'one'])
    })

    it('takes the verbs: its parent declines them, and its audit list stays empty', async () => {
      const parent = await start('guardian', [{ id: 'a', on: { inner: 'down' } }])
      await until(parent, 'parked', 1)

      for (const verb of ['retry', 'skip', 'resolve', 'compensate', 'abandon'] as const) {
        await expect(parent.operate(operation(verb, ['a']))).rejects.toThrow()
        await expect(parent.operate(operation(verb))).rejects.toThrow()
      }
      expect(await parent.state()).toMatchObject({ counts: { parked: 1 }, audit: [] })

      const child = await parent.child('child/a')
      await child.operate(operation('compensate'))
      expect(await endOf(parent)).toMatchObject({
        outcome: 'refused',
        cause: { step: 'child', code: 'SAGA_COMPENSATED' },
      })
      expect(undoneOf(parent.world.effectsOf('a')).toSorted()).toEqual(['inner', 'one'])
    })

    it('that is abandoned may have left effects: its parent undoes it before it undoes itself', async () => {
      const parent = await start('parent', [{ id: 'a', on: { last: 'refuse' }, undo: { inner: 'down' } }])
      await until(parent, 'parked', 1)
      await (await parent.child('child/a')).operate(operation('abandon'))

      const undo = await parent.child('child/a/undo')
      await until(undo, 'parked', 1)
      parent.world.mended = true
      await undo.operate(operation('retry'))

      expect(await endOf(parent)).toMatchObject({
        outcome: 'failed',
        cause: { kind: 'unknown', step: 'child', code: 'SAGA_CHILD_ABANDONED' },
        compensations: { child: 'done', one: 'done' },
      })
      expect(undoneOf(parent.world.effectsOf('a')).slice(-2)).toEqual(['inner', 'one'])
    })
  })

  describe(`${name}: a lane that is called off while its child runs`, () => {
    /** The child undoes itself, then its parent does; the steps ahead of each are fenced. */
    const childFirst = ['last', 'inner', 'three', 'one']
    const waiting = async (until_?: number) => {
      const parent = await start('guardian', [{ id: 'a', ...(until_ !== undefined && { until: until_ }) }])
      const child = await parent.child('child/a')
      return { parent, child }
    }

    it('by a cancel of its run: the child undoes itself first', async () => {
      const { parent, child } = await waiting()
      await until(child, 'waiting', 1)
      await parent.cancel()

      expect(await endOf(parent)).toBe('cancelled')
      expect((await child.state()).counts).toEqual({ cancelled: 1 })
      expect(undoneOf(parent.world.effectsOf('a'))).toEqual(childFirst)
    })

    it('by its deadline: the child undoes itself first', async () => {
      const { parent, child } = await waiting(now() + 500)

      expect(await endOf(parent)).toMatchObject({
        outcome: 'expired',
        cause: { kind: 'expired', code: 'SAGA_DEADLINE' },
        compensations: { one: 'done', child: 'notNeeded', three: 'done' },
      })
      expect((await child.state()).counts).toEqual({ cancelled: 1 })
      expect(undoneOf(parent.world.effectsOf('a'))).toEqual(childFirst)
    })

    it('by an operator: the child undoes itself first, and no other lane is touched', async () => {
      const parent = await start('guardian', [{ id: 'a' }, { id: 'b' }])
      const [child, other] = [await parent.child('child/a'), await parent.child('child/b')]
      await until(child, 'waiting', 1)
      await until(other, 'waiting', 1)
      await parent.operate(operation('abort', ['a']))
      await until(child, 'cancelled', 1)
      await other.message({ wait: 'word', lanes: { b: { value: 'go' } } })

      expect(await parent.report).toMatchObject({
        completed: 1,
        except: [{ key: 'a', outcome: 'cancelled', cause: { kind: 'aborted', message: 'ann: the suite says so' } }],
      })
      expect(undoneOf(parent.world.effectsOf('a'))).toEqual(childFirst)
    })

    it('by an operator while the child is parked: the child rolls back without an operation of its own', async () => {
      const parent = await start('guardian', [{ id: 'a', on: { inner: 'down' } }])
      await until(parent, 'parked', 1)
      const child = await parent.child('child/a')
      await parent.operate(operation('abort', ['a']))

      expect(await endOf(parent)).toMatchObject({ outcome: 'cancelled', cause: { kind: 'aborted' } })
      expect((await child.state()).counts).toEqual({ cancelled: 1 })
      expect(undoneOf(parent.world.effectsOf('a')).filter((step) => step !== 'last')).toEqual(['inner', 'three', 'one'])
    })

    it('by its deadline while the child is parked: the child rolls back without an operation of its own', async () => {
      const parent = await start('guardian', [{ id: 'a', on: { inner: 'down' }, until: now() + 500 }])
      const child = await parent.child('child/a')

      expect(await endOf(parent)).toMatchObject({ outcome: 'expired' })
      expect((await child.state()).counts).toEqual({ cancelled: 1 })
      expect(undoneOf(parent.world.effectsOf('a')).filter((step) => step !== 'last')).toEqual(['inner', 'three', 'one'])
    })

    it('is the cause of the cancel of its child; a child that a client cancels has refused', async () => {
      const { parent, child } = await waiting()
      await until(child, 'waiting', 1)
      await child.cancel()

      expect(await endOf(parent)).toMatchObject({
        outcome: 'refused',
        cause: { kind: 'refused', step: 'child', code: 'SAGA_CHILD_CANCELLED' },
        compensations: { one: 'done', child: 'notNeeded' },
      })
    })
  })
}
