import { pino } from 'pino'
import { expect, it } from 'vitest'
import { ApiError } from './api-error.js'
import { logFault } from './error-handler.js'

function logged(error: ApiError): Record<string, unknown>[] {
  const lines: string[] = []
  logFault(pino({ base: null, timestamp: false }, { write: (line: string) => void lines.push(line) }), 'r-1', error)
  return lines.map((line) => JSON.parse(line))
}

it('a 5xx without a cause is logged without a reason, one with a cause by its message', () => {
  const about = { level: 40, requestId: 'r-1', msg: 'request not served' }
  expect(logged(new ApiError('RECOVERING'))).toEqual([{ ...about, error: 'RECOVERING' }])
  const unavailable = new ApiError('UNAVAILABLE', { cause: new Error('no answer') })
  expect(logged(unavailable)).toEqual([{ ...about, error: 'UNAVAILABLE', reason: 'no answer' }])
})

it('an INTERNAL error is logged with its stack, a 4xx is not logged', () => {
  const [line] = logged(new ApiError('INTERNAL', { cause: new Error('a fault') }))
  expect(line).toMatchObject({
    level: 50,
    err: { message: 'a fault', stack: expect.stringContaining('error-handler') },
  })
  expect(logged(new ApiError('SOLD_OUT'))).toEqual([])
})
