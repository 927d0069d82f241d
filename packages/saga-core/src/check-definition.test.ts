import { describe, expect, it } from 'vitest'
import { byteLength } from './check-definition.js'
import { saga } from './saga.js'
import { SagaError } from './saga-error.js'

interface Activities {
  act(id: string): Promise<void>
}

// The types refuse most of these; a definition built without them must be refused as well.
// biome-ignore lint/suspicious/noExplicitAny: what JavaScript can write
const untyped = (name: string): any => saga<string>(name, { key: (id) => id }).activities<Activities>()

function codeOf(build: () => unknown): string | undefined {
  try {
    build()
    return undefined
  } catch (error) {
    return SagaError.is(error) ? error.code : String(error)
  }
}

describe('build()', () => {
  const step = { invoke: 'act' }

  it.each([
    ['an empty saga name', () => untyped('').step('one', step).build(), 'SAGA_EMPTY_NAME'],
    ['an empty step name', () => untyped('s').step('', step).build(), 'SAGA_EMPTY_NAME'],
    ['a saga name over 32 bytes', () => untyped('é'.repeat(17)).step('one', step).build(), 'SAGA_NAME_TOO_LONG'],
    ['a step name over 64 bytes', () => untyped('s').step('x'.repeat(65), step).build(), 'SAGA_NAME_TOO_LONG'],
    ['two steps of one name', () => untyped('s').step('one', step).step('one', step).build(), 'SAGA_DUPLICATE_STEP'],
    ['no step', () => untyped('s').build(), 'SAGA_NO_STEPS'],
    ['only adopted effects', () => untyped('s').adopted('hold', { compensate: 'act' }).build(), 'SAGA_NO_STEPS'],
    ['a step after the pivot', () => untyped('s').pivot('go', step).step('one', step).build(), 'SAGA_PHASE_ORDER'],
    ['two pivots', () => untyped('s').pivot('go', step).pivot('on', step).build(), 'SAGA_PHASE_ORDER'],
  ])('refuses %s', (_, build, code) => {
    expect(codeOf(build)).toBe(code)
  })

  it('gives a frozen definition', () => {
    const definition = untyped('s').step('one', step).build()

    expect(Object.isFrozen(definition)).toBe(true)
    expect(Object.isFrozen(definition.steps[0])).toBe(true)
  })

  it('measures names in bytes', () => {
    for (const text of ['', 'abc', 'é', '秒杀', '🎟️']) expect(byteLength(text)).toBe(Buffer.byteLength(text))
  })
})
