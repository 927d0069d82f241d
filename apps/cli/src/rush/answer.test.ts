import { describe, expect, it } from 'vitest'
import { resultOf, traceIdOf } from './answer.js'

describe('resultOf', () => {
  it.each([
    [202, '{}', 'accepted'],
    [409, '{"code":409,"error":"SOLD_OUT"}', 'soldOut'],
    [409, '{"code":409,"error":"ALREADY_PURCHASED"}', 'duplicate'],
    [401, '', 'rejected'],
    [404, '', 'rejected'],
    [423, '', 'rejected'],
    [429, '', 'failed'],
    [500, '', 'failed'],
    [503, '', 'failed'],
  ] as const)('%i %s is %s', (status, body, result) => {
    expect(resultOf(status, body)).toBe(result)
  })
})

describe('traceIdOf', () => {
  it('finds the trace id of a 202 and nothing elsewhere', () => {
    expect(traceIdOf('{"code":202,"data":{"traceId":"7-abc","status":"QUEUED"}}')).toBe('7-abc')
    expect(traceIdOf('{"code":409}')).toBeUndefined()
  })
})
