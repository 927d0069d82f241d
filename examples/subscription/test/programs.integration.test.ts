import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Programs, programsOf } from '../../test-programs.js'

let programs: Programs
beforeAll(async () => {
  programs = await programsOf('subscription')
  programs.startWorker()
}, 120_000)
afterAll(() => programs.stop())

it('the programs of the README subscribe and decline a card', async () => {
  const id = randomUUID()

  await programs.run('client', 'subscribe', id, 'ann@example.com')
  await programs.run('client', 'pay', id, 'declined')

  expect(JSON.parse(await programs.run('client', 'result', id))).toMatchObject({
    outcome: 'refused',
    compensations: { account: 'done' },
  })
}, 120_000)
