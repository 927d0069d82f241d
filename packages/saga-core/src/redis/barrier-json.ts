import { SagaError, SagaErrorCode } from '../saga-error.js'

/** The text that stands for an empty list between JavaScript and Lua, whose cjson writes every empty table as `{}`. */
export const emptyList = 'saga-core:[]'

/**
 * A lane's payload as JSON for a script.
 *
 * @throws SagaError SAGA_BARRIER_SCRIPT for a number with more than 14 digits, the precision of Lua's text of a number.
 */
export function toLua(script: string, lane: string, payload: object): string {
  return JSON.stringify(payload, (_, value: unknown) => {
    if (typeof value === 'number' && Number.isFinite(value) && Number(value.toPrecision(14)) !== value) {
      const text = `barrier script "${script}", lane "${lane}": the number ${value} has more than 14 digits`
      throw new SagaError(SagaErrorCode.BarrierScript, `${text}: send it as text`)
    }
    return Array.isArray(value) && value.length === 0 ? emptyList : value
  })
}

/** The value of a script's JSON. */
export function fromLua(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => (value === emptyList ? [] : value))
}
