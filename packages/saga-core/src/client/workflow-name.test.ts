import { describe, expect, it } from 'vitest'
import { workflowName } from './workflow-name.js'

async function trip() {}
const made = (() => async () => {})()

describe('a workflow', () => {
  it('is named by a text, or by a function with a name', () => {
    expect([workflowName('trip'), workflowName(trip)]).toEqual(['trip', 'trip'])
  })

  it('that sagaWorkflow made has no name: the error names the remedy', () => {
    for (const workflow of [made, '']) {
      expect(() => workflowName(workflow)).toThrow(
        expect.objectContaining({ code: 'SAGA_EMPTY_NAME', message: expect.stringContaining("as 'trip'") }),
      )
    }
  })
})
