import fc from 'fast-check'
import { JSDOM } from 'jsdom'
import type { Mermaid } from 'mermaid'
import { beforeAll, describe, expect, it } from 'vitest'
import { type SagaDefinition, type StepDefinition, saga, typed } from '../index.js'
import { toMermaid } from './to-mermaid.js'

interface Vertex {
  readonly text: string
}

/** The parts of Mermaid's flowchart that these tests read. */
interface Flowchart {
  readonly db: { getVertices(): ReadonlyMap<string, Vertex>; getEdges(): readonly unknown[] }
}

let mermaid: Mermaid
beforeAll(async () => {
  // Mermaid's own parser cleans labels with DOMPurify, which needs a document.
  const { window } = new JSDOM('')
  Object.assign(globalThis, { window, document: window.document, Element: window.Element })
  mermaid = (await import('mermaid')).default
  mermaid.initialize({ securityLevel: 'strict', maxEdges: 2_000 })
})

async function parse(text: string): Promise<Flowchart> {
  return (await mermaid.mermaidAPI.getDiagramFromText(text)) as unknown as Flowchart
}

/** Mermaid keeps entity codes as `ﬂ°°35¶ß` until it draws. */
function linesOf(vertex: Vertex | undefined): readonly string[] {
  return (vertex?.text ?? '')
    .split('<br>')
    .map((line) => line.replaceAll(/ﬂ°°(\d+)¶ß/g, (_, code) => String.fromCodePoint(Number(code))))
}

describe('a wait', () => {
  const from = (end: object) =>
    toMermaid(
      saga<string>('s', { key: (id) => id })
        .activities<object>()
        .wait('word', { message: typed<string>(), ...end })
        .build(),
    )

  it('with a longest time shows it', () => {
    expect(from({ withinMs: 900_000 })).toContain('"word<br/>waits for a message<br/>at most 900 s"')
  })

  it.each([{ withinMs: 900_000 }, { withinMs: () => 900_000 }, { deadline: () => 900_000 }])(
    'with an end may be too late: %o',
    (end) => {
      expect(from(end)).toContain('refused or too late')
      expect(from({})).not.toContain('too late')
    },
  )
})

type Draft = Pick<StepDefinition, 'kind' | 'name'> & {
  readonly activity: string
  readonly undo: boolean
  readonly form: 'call' | 'wait' | 'child' | 'group' | 'list'
}

function call(activity: string) {
  return {
    activity,
    setWise: true,
    policy: { startToCloseMs: 1, retry: { initialMs: 1, factor: 1, maximumMs: 1, attempts: 1 } },
  }
}

function toStep({ kind, name, activity, undo, form }: Draft): StepDefinition {
  return {
    kind,
    name,
    onUnknown: undo ? 'compensate' : 'park',
    independent: false,
    optional: false,
    ...(form === 'wait' ? { wait: { onDeadline: 'refuse' } } : form !== 'child' && { invoke: call(activity) }),
    ...(form === 'child' && { child: { workflow: activity } }),
    ...(form === 'group' && { group: 'group' }),
    ...(form === 'list' && { elements: { items: () => [], key: String } }),
    ...(undo && { compensate: call(activity) }),
  }
}

/** Any text, and texts that are syntax in Mermaid. */
const nameOf = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.constantFrom(
    'end',
    'subgraph',
    'a --> b',
    '`**x**`',
    '"',
    '%%{init: {}}%%',
    'style a fill:#f00;',
    '<b>',
    '#quot;',
    'x\ny',
    'click a "javascript:alert(1)"',
  ),
)

const draft = fc.record({
  kind: fc.constant('compensatable' as const),
  name: nameOf,
  activity: nameOf,
  undo: fc.boolean(),
  form: fc.constantFrom('call', 'wait', 'child', 'group', 'list'),
}) satisfies fc.Arbitrary<Draft>

function definitionOf(name: string, drafts: readonly Draft[]): SagaDefinition {
  return {
    name,
    version: 1,
    key: String,
    compensation: 'sequential',
    steps: drafts.map(toStep),
  }
}

describe('toMermaid', () => {
  it('gives Mermaid every step, and every name unchanged, for names of any characters', async () => {
    const drafts = fc.uniqueArray(draft, { selector: ({ name }) => name, minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(nameOf, drafts, async (name, steps) => {
        const { db } = await parse(toMermaid(definitionOf(name, steps)))

        const vertices = db.getVertices()
        expect(linesOf(vertices.get('begin'))).toEqual([`${name} v1`])
        for (const [at, step] of steps.entries()) expect(linesOf(vertices.get(`s${at}`))[0]).toBe(step.name)
        const undone = steps.filter(({ undo, form }) => undo || form === 'child').length
        expect([...vertices.keys()].filter((id) => id.startsWith('c') && id !== 'completed')).toHaveLength(undone)
      }),
      { numRuns: 60 },
    )
  }, 30_000)

  it('draws every kind of step', async () => {
    const drawn = toMermaid(everything)

    expect((await parse(drawn)).db.getEdges().length).toBeGreaterThan(20)
    expect(drawn).toMatchSnapshot()
  })

  it('draws compensations that run all at once, the adopted ones last', () => {
    const { steps } = everything

    expect(toMermaid({ ...everything, compensation: 'parallel', steps: steps.slice(0, 3) })).toMatchSnapshot()
  })

  it('draws the steps of a version', () => {
    const grown = {
      ...everything,
      version: 2,
      steps: everything.steps.map((step, at) => (at === 2 ? { ...step, until: 2 } : step)),
    }

    expect(toMermaid(grown)).not.toContain('checkUser')
    expect(toMermaid(everything)).toContain('checkUser')
  })
})

function key({ id }: Trip) {
  return id
}

interface Trip {
  readonly id: string
}

interface Activities {
  hold(trip: Trip): Promise<void>
  release(trip?: Trip): Promise<void>
  book(trip: Trip): Promise<string>
  happened(trip: Trip): Promise<string>
}

const child = saga<Trip>('hotel', { key }).activities<Activities>().step('room', { invoke: 'book' }).build()

/** A saga with every feature that a diagram shows. */
export const everything = saga<Trip>('trip', { key })
  .activities<Activities>()
  .adopted('hold', { compensate: 'release' })
  .adopted('seat', { compensate: 'release' })
  .step('checkUser', { invoke: 'book' })
  .step('flight', { invoke: 'book', compensate: 'release', onUnknown: 'compensate' })
  .stepWhen('visa', () => true, { invoke: 'book', compensate: 'release', onUnknown: 'park', independent: true })
  .parallel({
    car: { invoke: 'book', compensate: 'release', onUnknown: 'compensate' },
    bike: { invoke: 'book', compensate: 'release', onUnknown: 'verify', verify: 'happened' },
  })
  .forEach('guests', {
    items: () => [{ id: 'a' }],
    key,
    invoke: 'book',
    compensate: 'release',
    onUnknown: 'compensate',
  })
  .child('hotel', child, { workflow: 'hotelSaga', arg: ({ input }) => input })
  .step('brochure', { invoke: 'book', optional: true })
  .wait('approval', { message: typed<string>() })
  .waitingPivot('paid', { message: typed<string>(), decide: 'happened' })
  .retriable('tell', { invoke: 'book' })
  .build() as unknown as SagaDefinition
