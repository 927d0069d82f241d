import { describe, expect, it } from 'vitest'
import { SagaError } from '../saga-error.js'
import { byteLength } from '../wire/names.js'
import { saga } from './saga.js'
import { typed } from './typed.js'

interface Activities {
  act(id: string): Promise<void>
}

// The compiler refuses most of these; build() has to refuse those of JavaScript as well.
// biome-ignore lint/suspicious/noExplicitAny: a definition from JavaScript, without types
function untyped(name: string): any {
  return saga<string>(name, { key: (id) => id }).activities<Activities>()
}

function codeOf(build: () => unknown): string | undefined {
  try {
    build()
    return undefined
  } catch (error) {
    return SagaError.is(error) ? error.code : String(error)
  }
}

/** The paths of the outermost objects that are not frozen. */
function mutableIn(value: unknown, path = 'definition'): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  if (!Object.isFrozen(value)) return [path]
  return Object.entries(value).flatMap(([name, inner]) => mutableIn(inner, `${path}.${name}`))
}

describe('build()', () => {
  const step = { invoke: 'act' }

  it.each([
    ['an empty saga name', () => untyped('').step('one', step).build(), 'SAGA_EMPTY_NAME'],
    ['an empty step name', () => untyped('s').step('', step).build(), 'SAGA_EMPTY_NAME'],
    ['a saga name over 32 bytes', () => untyped('é'.repeat(17)).step('one', step).build(), 'SAGA_NAME_TOO_LONG'],
    ['a step name over 64 bytes', () => untyped('s').step('x'.repeat(65), step).build(), 'SAGA_NAME_TOO_LONG'],
    ['a name that would be an element', () => untyped('s').step('a[1]', step).build(), 'SAGA_NAME_CHARACTER'],
    ['a name that ends as an element', () => untyped('s').step('a]', step).build(), 'SAGA_NAME_CHARACTER'],
    ["the engine's own name", () => untyped('s').step('@own', step).build(), 'SAGA_NAME_CHARACTER'],
    ['a separator in a step name', () => untyped('s').step('a\u001fb', step).build(), 'SAGA_NAME_CHARACTER'],
    ['a separator in a saga name', () => untyped('s\u001f').step('one', step).build(), 'SAGA_NAME_CHARACTER'],
    ['two steps of one name', () => untyped('s').step('one', step).step('one', step).build(), 'SAGA_DUPLICATE_STEP'],
    ['no step', () => untyped('s').build(), 'SAGA_NO_STEPS'],
    ['a group without a step', () => untyped('s').step('one', step).parallel({}), 'SAGA_NO_STEPS'],
    [
      'a branch of the name of a step',
      () => untyped('s').step('one', step).parallel({ one: step }).build(),
      'SAGA_DUPLICATE_STEP',
    ],
    ['only adopted effects', () => untyped('s').adopted('hold', { compensate: 'act' }).build(), 'SAGA_NO_STEPS'],
    ['a step after the pivot', () => untyped('s').pivot('go', step).step('one', step).build(), 'SAGA_PHASE_ORDER'],
    [
      'an adopted effect after a step, before which it would be undone',
      () => untyped('s').step('one', step).adopted('hold', { compensate: 'act' }).build(),
      'SAGA_PHASE_ORDER',
    ],
    ['two pivots', () => untyped('s').pivot('go', step).pivot('on', step).build(), 'SAGA_PHASE_ORDER'],
  ])('refuses %s', (_, build, code) => {
    expect(codeOf(build)).toBe(code)
  })

  const retry = (given: object) => ({ ...step, retry: given })
  const undo = { ...step, compensate: 'act', onUnknown: 'compensate' }

  it.each([
    ['an attempt without time', { ...step, startToCloseMs: 0 }, 'startToCloseMs is 0'],
    ['an attempt that never ends', { ...step, startToCloseMs: Number.POSITIVE_INFINITY }, 'startToCloseMs is Infinity'],
    ['no first pause', retry({ initialMs: 0 }), 'initialMs is 0'],
    ['pauses that shrink', retry({ factor: 0.5 }), 'factor is 0.5'],
    ['a longest pause under the first', retry({ initialMs: 10_000, maximumMs: 5_000 }), 'maximumMs is 5000'],
    ['half an attempt', retry({ attempts: 1.5 }), 'attempts is 1.5'],
    ['fewer than no attempts', retry({ attempts: -1 }), 'attempts is -1'],
    ['more attempts than Temporal counts', retry({ attempts: 2 ** 31 }), 'attempts is 2147483648'],
    ['a compensation without end', { ...undo, compensation: { retry: { attempts: Number.NaN } } }, 'attempts is NaN'],
  ])('refuses %s, which Temporal would refuse call by call', (_, options, message) => {
    const build = () => untyped('s').step('one', options).build()

    expect(codeOf(build)).toBe('SAGA_CALL_OPTIONS')
    expect(build).toThrow(message)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses %s ms to confirm a compensation',
    (confirmWithinMs) => {
      const options = { ...undo, compensation: { confirmWithinMs } }
      const build = () => untyped('s').step('one', options).build()

      expect(codeOf(build)).toBe('SAGA_CALL_OPTIONS')
      expect(build).toThrow(`compensation of step "one" of saga "s": confirmWithinMs is ${confirmWithinMs}; give it`)
    },
  )

  it.each([
    [{ withinMs: 0 }, 'withinMs is 0; give it milliseconds over 0'],
    [{ withinMs: Number.POSITIVE_INFINITY }, 'withinMs is Infinity; give it milliseconds over 0'],
    [{ withinMs: 5, deadline: () => 5 }, 'it has deadline and withinMs; give it one of them'],
  ])('refuses a wait with the end %j', (end, message) => {
    const build = () =>
      untyped('s')
        .wait('word', { message: typed(), ...end })
        .build()

    expect(codeOf(build)).toBe('SAGA_CALL_OPTIONS')
    expect(build).toThrow(`wait of step "word" of saga "s": ${message}`)
  })

  it('refuses a group with an unknown onFailure', () => {
    const build = () => untyped('s').parallel({ one: step, two: step }, { onFailure: 'ignore' })

    expect(codeOf(build)).toBe('SAGA_CALL_OPTIONS')
    expect(build).toThrow('the group of "one", "two" in saga "s": onFailure is "ignore"; give it "await" or "cancel"')
  })

  it('accepts a confirmWithinMs of 1', () => {
    const built = untyped('s')
      .step('one', { ...undo, compensation: { confirmWithinMs: 1 } })
      .build()

    expect(built.steps[0]).toMatchObject({ confirmWithinMs: 1 })
  })

  it('checks the calls that are no steps as well, and names the call', () => {
    const none = { retry: { factor: 0 } }
    const wait = { message: {}, decide: 'act', decision: none }
    const verify = { ...undo, ...none, invoke: undefined, onUnknown: 'verify', verify: 'act' }

    expect(
      untyped('s')
        .owned({ take: 'act', ...none })
        .step('one', step).build,
    ).toThrow('take of saga "s"')
    expect(untyped('s').step('one', { ...undo, compensation: none }).build).toThrow('compensation of step "one"')
    expect(untyped('s').step('one', verify).build).toThrow('verify of step "one"')
    expect(untyped('s').waitingPivot('go', wait).build).toThrow('decide of step "go"')
  })

  it('moves the other pause when one is given alone', () => {
    const retryOf = (given: object) => untyped('s').step('one', retry(given)).build().steps[0].invoke.policy.retry

    expect(retryOf({ initialMs: 10_000 })).toMatchObject({ initialMs: 10_000, maximumMs: 10_000 })
    expect(retryOf({ initialMs: 200 })).toMatchObject({ initialMs: 200, maximumMs: 5_000 })
    expect(retryOf({ maximumMs: 50 })).toMatchObject({ initialMs: 50, maximumMs: 50 })
    expect(retryOf({ maximumMs: 60_000 })).toMatchObject({ initialMs: 100, maximumMs: 60_000 })
  })

  const versions = (version: unknown, given: object) => () =>
    saga<string>('s', { key: (id) => id, version: version as number })
      .activities<Activities>()
      .step('one', { invoke: 'act', ...given })
      .build()

  it.each([
    ['a version that is no whole number', versions(1.5, {}), 'version of saga "s" is 1.5'],
    ['a version under 1', versions(0, {}), 'version of saga "s" is 0'],
    ['a step of half a version', versions(2, { since: 1.5 }), 'since of step "one" of saga "s" is 1.5'],
    ['an end that is no number', versions(2, { until: '2' }), 'until of step "one" of saga "s" is 2'],
    ['a step of a version to come', versions(2, { since: 3 }), 'begins with version 3, but the saga has version 2'],
    [
      'a step that ends where it begins',
      versions(3, { since: 2, until: 2 }),
      'begins with version 2 and ends before version 2, so no run has it',
    ],
    [
      'a step that ends before the first version',
      versions(2, { until: 1 }),
      'begins with version 1 and ends before version 1, so no run has it',
    ],
    [
      'an adopted effect of some versions',
      untyped('s').adopted('hold', { compensate: 'act', until: 2 }).step('one', step).build,
      'step "hold" of saga "s" is adopted',
    ],
  ])('refuses %s', (_, build, message) => {
    expect(codeOf(build)).toBe('SAGA_VERSION')
    expect(build).toThrow(message)
  })

  it('accepts a step whose until is ahead of the version', () => {
    expect(versions(2, { since: 2, until: 4 })().steps).toMatchObject([{ since: 2, until: 4 }])
  })

  it('freezes a definition all the way down, except the schemas of its user', () => {
    const schema = typed<unknown>()
    const child = untyped('c').step('one', step).build()
    const definition = untyped('s')
      .owned({ take: 'act' })
      .wait('word', { message: schema, onDeadline: { value: { by: ['ann'] } }, decide: 'act' })
      .forEach('many', { ...step, compensate: 'act', verify: 'act', items: () => [], key: String })
      .child('stay', child, { workflow: 'stay', arg: () => ({}) })
      .build()

    expect(mutableIn(definition)).toEqual(['definition.steps.0.wait.message'])
  })

  it('accepts all other characters in names', () => {
    const names = ['a@b', 'a b', 'a(1)', 'a/b', 'a.b', 'é🎟️']
    const draft = names.reduce((saga, name) => saga.step(name, step), untyped('@s[1]'))

    expect(draft.build().steps.map(({ name }: { readonly name: string }) => name)).toEqual(names)
  })

  it('measures names in bytes', () => {
    for (const text of ['', 'abc', 'é', '秒杀', '🎟️']) expect(byteLength(text)).toBe(Buffer.byteLength(text))
  })
})
