import { describe, expect, it } from 'vitest'
import { step } from '../../test/engine/recorded-run.js'
import { plain } from '../../test/engine/rolled-back.js'
import type { SagaDefinition } from './definition.js'
import { checkLength } from './run-estimate.js'

const names = Array.from({ length: 10 }, (_, at) => `step${at}`)
const everywhere = Object.fromEntries(names.map((name) => [name, 'elsewhere']))

function tenSteps(more: object = {}): SagaDefinition {
  const { steps, ...rest } = names
    .slice(1)
    .reduce((draft, name) => draft.step(name, step) as never, plain().step('step0', step))
    .build() as unknown as SagaDefinition
  return { ...rest, steps: steps.map((one) => ({ ...one, ...more })) }
}

function check(definition: SagaDefinition, lanes: number, bytes: number, placement = {}): void {
  checkLength(definition, { lanes, inputBytes: () => bytes, placement })
}

describe('the estimate of a start', () => {
  it('refuses one whose calls take more events than a history has room for, and whose lanes cannot be carried', () => {
    expect(() => check(tenSteps(), 2_000, 400 * 1024, everywhere)).not.toThrow()
    expect(() => check(tenSteps(), 2_000, 512 * 1024, everywhere)).toThrow(
      expect.objectContaining({
        code: 'SAGA_RUN_TOO_LONG',
        message: expect.stringMatching(
          /"plain" was started with 2000 lanes: their calls take about 80000 events, over 25000 .* start several runs/,
        ),
      }),
    )
  })

  it.each([
    ['few lanes', 600, tenSteps(), everywhere],
    ['calls by the own worker', 2_000, tenSteps(), {}],
    [
      'one call for all lanes',
      2_000,
      tenSteps({ invoke: { ...tenSteps().steps[0]?.invoke, setWise: true } }),
      everywhere,
    ],
  ] as const)('lets %s through, which have fewer events', (_, lanes, definition, placement) => {
    expect(() => check(definition, lanes, 2 ** 20, placement)).not.toThrow()
  })

  it('counts child sagas by the events of a child', () => {
    const children = tenSteps({ child: { workflow: 'inner' } })
    expect(() => check(children, 400, 2 ** 20)).not.toThrow()
    expect(() => check(children, 500, 2 ** 20)).toThrow('about 30000 events')
  })

  it('counts the steps of the newest version', () => {
    expect(() => check(tenSteps({ until: 1 }), 2_000, 2 ** 20, everywhere)).not.toThrow()
  })
})
