import { describe, expect, it } from 'vitest'
import { createSample, type Sampling, samplerNames } from './sampling.js'

const sampled = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'
const unsampled = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00'
const tenth = 0.1

/** The answers to a request without a traceparent, with a sampled one, and with one that is not, for a draw under and over the ratio. */
function answers(sampler: Sampling['sampler']) {
  return [undefined, sampled, unsampled, 'garbage'].map((header) =>
    [0.05, 0.5].map((draw) => createSample({ sampler, ratio: tenth }, () => draw)(header)),
  )
}

const always = [true, true]
const never = [false, false]
const drawn = [true, false]

describe('the sampling of a trace', () => {
  it.each([
    ['always_on', [always, always, always, always]],
    ['always_off', [never, never, never, never]],
    ['traceidratio', [drawn, drawn, drawn, drawn]],
    ['parentbased_always_on', [always, always, never, always]],
    ['parentbased_always_off', [never, always, never, never]],
    ['parentbased_traceidratio', [drawn, always, never, drawn]],
  ] as const)('by %s heeds a traceparent only where it is parent-based', (sampler, expected) => {
    expect(answers(sampler)).toEqual(expected)
  })

  it('has all samplers of the configuration', () => {
    expect(samplerNames).toHaveLength(6)
  })
})
