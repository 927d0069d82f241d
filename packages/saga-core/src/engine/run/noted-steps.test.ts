import { describe, expect, it } from 'vitest'
import { step } from '../../../test/engine/recorded-run.js'
import type { StepDefinition } from '../../definition/definition.js'
import { newLane, newPart } from './lane.js'
import { isStranded, noteSteps } from './lost-steps.js'

function stepOf(name: string): StepDefinition {
  return { ...step, name, kind: 'compensatable' } as unknown as StepDefinition
}

/** The names that the parts of a lane have in the replay of a run that noted these lists, under a definition of the steps `one`, `two` and `new`. */
function replayed(started: readonly string[], ...noted: readonly (readonly string[])[]) {
  const steps = ['one', 'two', 'new'].map(stepOf)
  const notes = new Set(['lost "other"', ...noted.map((names) => `started ${JSON.stringify(names)}`)])
  const warnings: string[] = []
  const asked: string[] = []
  const has = (note: string) => notes.has(note)
  function add(note: string): boolean {
    asked.push(note)
    return has(note)
  }
  const runtime = {
    now: () => 0,
    warn: (text: string) => void warnings.push(text),
    notes: { add, has, all: () => notes },
  }
  const lane = newLane('a', {}, 1, Number.POSITIVE_INFINITY)
  for (const name of started)
    lane.parts.push(newPart(lane, steps.find((one) => one.name === name) as StepDefinition, 'done'))
  noteSteps({ steps, runtime } as never, lane)
  return { names: lane.parts.map((part) => part.startedAs), warnings, asked }
}

describe('the steps that a lane has started are', () => {
  it('those that were noted, where the definition has lost one', () => {
    const { names, warnings, asked } = replayed(['one', 'new'], ['one', 'old'])

    expect(names).toEqual([undefined, 'old'])
    expect(warnings).toEqual([expect.stringContaining('"old"')])
    expect(asked).toEqual(['started ["one","new"]', 'started ["one","old"]'])
  })

  it.each<[string, readonly string[]]>([
    ['another number', ['one']],
    ['another step that is still there', ['two', 'old']],
  ])('their own where a note has %s', (_, noted) => {
    const { names, warnings, asked } = replayed(['one', 'new'], noted)

    expect([names, warnings]).toEqual([[undefined, undefined], []])
    expect(asked).toEqual(['started ["one","new"]'])
  })

  it('not noted where it has started none', () => {
    expect(replayed([]).asked).toEqual([])
  })
})

it('a lane that takes ownership stands at no step that is lost', () => {
  const at = (name: string) => isStranded({ steps: [stepOf('one')] }, { at: name } as never)

  expect([at(''), at('@own'), at('one'), at('gone')]).toEqual([false, false, false, true])
})
