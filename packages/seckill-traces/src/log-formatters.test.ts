import { pino } from 'pino'
import { expect, it } from 'vitest'
import { logFormatters } from './log-formatters.js'

it('a line names the trace of its purchase, where that is traced', () => {
  const lines: string[] = []
  const formatters = logFormatters((id) => (id === '7-b' ? { traceId: 'aa', spanId: 'bb' } : undefined))
  const logger = pino(
    { base: {}, ...(formatters && { formatters }) },
    { write: (line: string) => void lines.push(line) },
  )
  logger.info({ traceId: '7-b' }, 'traced')
  logger.info({ traceId: '7-a' }, 'not traced')
  logger.info('of no purchase')
  const [traced, other, none] = lines.map((line) => JSON.parse(line))
  expect(traced).toMatchObject({ traceId: '7-b', trace_id: 'aa', span_id: 'bb' })
  expect(other).not.toHaveProperty('trace_id')
  expect(none).not.toHaveProperty('trace_id')
})
