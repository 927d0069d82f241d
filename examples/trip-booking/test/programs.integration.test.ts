import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Programs, programsOf } from '../../test-programs.js'

let programs: Programs
beforeAll(async () => {
  programs = await programsOf('trip-booking')
  programs.startWorker()
}, 120_000)
afterAll(() => programs.stop())

it('the programs of the README book a trip and approve it', async () => {
  const id = randomUUID()

  await programs.run('client', 'book', id, 'Rome')
  await programs.run('client', 'approve', id, 'ann')

  expect(JSON.parse(await programs.run('client', 'result', id))).toMatchObject({
    outcome: 'completed',
    results: { approval: { by: 'ann' } },
  })
}, 120_000)
