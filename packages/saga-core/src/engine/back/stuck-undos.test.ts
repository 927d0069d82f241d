import { describe, expect, it } from 'vitest'
import { type Errand, eachItem, type LaneActivities, step } from '../../../test/engine/recorded-run.js'
import { runWithChildren } from '../../../test/engine/run-with-children.js'
import { refusal } from '../../activity/refuse.js'
import { saga } from '../../definition/saga.js'
import type { Verb } from '../outside/operation.js'

function plain(options = {}) {
  return saga<Errand>('errand', { key: ({ id }: Errand) => id, ...options }).activities<LaneActivities>()
}

function no(): never {
  throw refusal({ code: 'NO', definite: true, stored: true })
}

/** A run whose last step is refused and whose undos of these are stuck, until `mend`. */
async function stuckAt(definition: unknown, ...undos: readonly string[]) {
  let isDown = true
  const down = () => {
    if (isDown) throw new Error('down')
  }
  const script = Object.fromEntries(undos.map((undo) => [`compensation ${undo}`, down]))
  const run = runWithChildren(definition, [{ id: 'a', items: ['x', 'y', 'z'] }], { ...script, 'action last': no })
  await run.until('a', 'parked')
  const mend = () => {
    isDown = false
  }
  const undone = () => run.asked().flatMap((call) => (call.startsWith('compensation') ? [call.slice(13)] : []))
  return { ...run, mend, undone, compensations: () => run.batch.state().notable[0]?.compensations }
}

const listed = plain().step('one', step).forEach('each', eachItem).step('last', step).build()

describe('an operator of two stuck undos', () => {
  it.each([
    ['skip', 'skipped'],
    ['resolve', 'resolved'],
  ] as const)('%s one: the other holds the lane up until something is said of it', async (verb, state) => {
    const run = await stuckAt(listed, 'each a\u001f1\u001fx', 'each a\u001f1\u001fy')
    expect(run.lane('a')?.parked?.step).toBe('each[x]')
    run.operate(verb)
    await run.runtime.atRest()

    expect(run.lane('a')).toMatchObject({ status: 'parked', parked: { step: 'each[y]', code: 'SAGA_UNKNOWN' } })
    expect(run.compensations()).toMatchObject({ 'each[x]': state, 'each[y]': 'stuck', 'each[z]': 'done', one: 'owed' })
    run.operate('abandon')
    await run.report
  })

  it.each<[readonly Verb[], readonly string[]]>([
    [
      ['skip', 'resolve'],
      ['skipped', 'resolved'],
    ],
    [
      ['skip', 'retry'],
      ['skipped', 'done'],
    ],
    [['retry'], ['done', 'done']],
  ])('sends %j: they are %j, and the earlier ones follow', async (verbs, [x, y]) => {
    const run = await stuckAt(listed, 'each a\u001f1\u001fx', 'each a\u001f1\u001fy')
    run.mend()
    for (const verb of verbs) {
      expect(run.operate(verb).lanes).toEqual(['a'])
      await run.runtime.atRest()
    }

    expect((await run.report).except).toMatchObject([
      { outcome: 'refused', compensations: { 'each[x]': x, 'each[y]': y, one: 'done' } },
    ])
    expect(run.undone().filter((call) => call.startsWith('one'))).toHaveLength(1)
  })

  it('sends skip: the lane stays parked for the stuck one that holds the others up, in either order', async () => {
    const atOnce = plain({ compensation: 'parallel' })
      .step('one', { ...step, independent: true })
      .step('two', step)
      .step('three', step)
      .step('last', step)
      .build()
    const run = await stuckAt(atOnce, 'one', 'two', 'three')
    await run.runtime.atRest()
    const said: (string | undefined)[] = []
    while (run.lane('a')?.parked) {
      said.push(run.lane('a')?.parked?.step)
      run.operate('skip')
      await run.runtime.atRest()
      if (run.lane('a')?.status === 'ended') break
    }

    expect(said.toSorted()).toEqual(['one', 'three', 'two'])
    expect(said.at(-1)).toBe('one')
    await run.report
  })

  it('settles the one that holds the others up: the lane parks for an independent one after them', async () => {
    const independent = plain()
      .step('one', step)
      .step('two', step)
      .step('three', { ...step, independent: true })
      .step('last', step)
      .build()
    const run = await stuckAt(independent, 'two', 'three')
    expect(run.lane('a')?.parked?.step).toBe('two')
    run.operate('skip')
    await run.runtime.until(() => run.undone().includes('one a') && run.lane('a')?.status === 'parked')

    expect(run.lane('a')?.parked?.step).toBe('three')
    run.operate('resolve')
    expect((await run.report).except[0]?.compensations).toMatchObject({
      one: 'done',
      two: 'skipped',
      three: 'resolved',
    })
  })
})
