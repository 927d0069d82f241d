import { type InputSchema, saga } from 'saga-core'
import { runInMemory } from 'saga-core/testing'
import { describe, expect, it } from 'vitest'

interface Stay {
  readonly id: string
  readonly nights: number
}

/** A schema as a library makes it: texts become numbers, and a missing value gets its default. */
const staySchema: InputSchema<Stay> = {
  '~standard': {
    validate(value) {
      const { id, nights = 1 } = value as { readonly id: string; readonly nights?: number | string }
      const count = Number(nights)
      return count > 0 ? { value: { id, nights: count } } : { issues: [{ message: 'nights are more than 0' }] }
    },
  },
}

const text: InputSchema<string> = {
  '~standard': {
    validate: (value) =>
      typeof value === 'string' ? { value: value.trim() } : { issues: [{ message: 'a word is a text' }] },
  },
}

interface Activities {
  book(stay: Stay): Promise<void>
  tell(word: string): Promise<void>
}

const stays = saga<Stay>('stays', {
  key: ({ id }) => id,
  schema: staySchema,
  deadline: ({ nights }, startedAt) => {
    if (typeof nights !== 'number') throw new Error('no nights yet')
    return startedAt + nights * 86_400_000
  },
})
  .activities<Activities>()
  .step('book', { invoke: 'book' })
  .wait('word', { message: text })
  .step('tell', { invoke: 'tell', arg: ({ results }) => results.word })
  .build()

async function run(stay: unknown, word: unknown) {
  const booked: Stay[] = []
  const told: string[] = []
  const activities = {
    book: async (stay: Stay) => void booked.push(stay),
    tell: async (word: string) => void told.push(word),
  }
  const { runtime, message, state, report } = runInMemory(stays, [stay as Stay], { activities })
  await runtime.atRest()
  if (state().counts.waiting) message({ wait: 'word', lanes: { a: { value: word } } })
  return { booked, told, report }
}

describe('a schema', () => {
  it.each([
    ['a default', { id: 'a' }, 1],
    ['another type', { id: 'a', nights: '2' }, 2],
  ])('gives the steps the value that it returns for an input: %s', async (_, given, nights) => {
    const { booked, report } = await run(given, 'yes')

    expect((await report).completed).toBe(1)
    expect(booked).toEqual([{ id: 'a', nights }])
  })

  it('gives the wait the value that it returns for a message', async () => {
    const { told, report } = await run({ id: 'a' }, '  yes ')

    expect((await report).completed).toBe(1)
    expect(told).toEqual(['yes'])
  })

  it('reports the issues of an input, also when its deadline throws', async () => {
    const { report } = await run({ id: 'a', nights: 'few' }, 'yes')

    expect((await report).except).toMatchObject([{ key: 'a', cause: { code: 'SAGA_INPUT' } }])
  })
})
