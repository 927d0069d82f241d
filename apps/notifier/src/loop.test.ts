import { pino } from 'pino'
import { expect, it } from 'vitest'
import { startLoop } from './loop.js'

const logger = pino({ level: 'silent' })

it('a loop repeats rounds at once while there is more to do, and after a failed round goes on', async () => {
  const rounds = ['more', 'fails', 'more', 'last'] as const
  const done = Promise.withResolvers<void>()
  let made = 0
  const loop = startLoop(
    'work',
    {
      async round() {
        const round = rounds[made]
        made += 1
        if (round === 'last') done.resolve()
        if (round === 'fails') throw new Error('the database is down')
        return round === 'more'
      },
    },
    1,
    logger,
  )
  await done.promise
  await loop.stop()
  expect(made).toBeGreaterThanOrEqual(4)
  expect(loop.problem()).toBeUndefined()
})

it('a loop tells its problem until a round goes well, and its stop waits for what is under way', async () => {
  let ended = false
  const failed = Promise.withResolvers<void>()
  const loop = startLoop(
    'work',
    {
      async round() {
        failed.resolve()
        throw new Error('the database is down')
      },
      async end() {
        ended = true
      },
    },
    60_000,
    logger,
  )
  await failed.promise
  await loop.stop()
  expect(loop.problem()).toBe('the database is down')
  expect(ended).toBe(true)
})
