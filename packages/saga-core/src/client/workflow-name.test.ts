import { describe, expect, it } from 'vitest'
import { workflowName } from './workflow-name.js'

async function trip() {}
const made = (() => async () => {})()

describe('a workflow', () => {
  it('is told by its name, or by that of its function', () => {
    expect([workflowName('trip'), workflowName(trip)]).toEqual(['trip', 'trip'])
  })

  it('that was made has none, which is an error that says what to give', () => {
    for (const workflow of [made, '']) {
      expect(() => workflowName(workflow)).toThrow(
        expect.objectContaining({ code: 'SAGA_EMPTY_NAME', message: expect.stringContaining("as 'trip'") }),
      )
    }
  })
})
