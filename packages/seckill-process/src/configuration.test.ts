import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { milliseconds, port, processVariables, readEnvironment, readTemporalTarget } from './configuration.js'

const schema = z.object({ ...processVariables, PORT: port(8080), GRACE_MS: milliseconds(100, 5_000) })
const servers = {
  TEMPORAL_ADDRESS: 'temporal.internal:7233',
  DATABASE_URL: 'mysql://sale:secret@db/seckill',
  REDIS_URL: 'rediss://cache:6379',
}

describe('readEnvironment', () => {
  it('takes an empty variable as not set, and fills in defaults', () => {
    const environment = readEnvironment('kitchen', schema, { ...servers, PORT: '', READY_FILE: '' })
    expect(environment).toEqual({
      ...servers,
      TEMPORAL_NAMESPACE: 'default',
      LOG_LEVEL: 'info',
      PORT: 8080,
      GRACE_MS: 5_000,
    })
  })

  it('names the process and every variable that is missing or wrong', () => {
    const failing = () => readEnvironment('kitchen', schema, { PORT: '70000', GRACE_MS: '1', LOG_LEVEL: 'loud' })
    expect(failing).toThrow("The kitchen's configuration is not usable")
    for (const name of ['TEMPORAL_ADDRESS', 'DATABASE_URL', 'REDIS_URL', 'LOG_LEVEL', 'PORT', 'GRACE_MS']) {
      expect(failing).toThrow(new RegExp(`^  ${name}: `, 'm'))
    }
  })

  it('does not repeat a wrong URL, because it may hold a password', () => {
    const failing = () => readEnvironment('kitchen', schema, { ...servers, DATABASE_URL: 'postgres://sale:secret@db' })
    expect(failing).toThrow('DATABASE_URL')
    expect(failing).not.toThrow('secret')
  })
})

it.each([
  ['redis://a:1', true],
  ['redis://:secret@a:1,redis://:secret@b:2', true],
  ['redis://a:1,', false],
  ['redis://a:1,http://b:2', false],
])('REDIS_URL may be one server or nodes of a cluster: %s', (url, isTaken) => {
  const read = () => readEnvironment('kitchen', schema, { ...servers, REDIS_URL: url })
  if (isTaken) expect(read().REDIS_URL).toBe(url)
  else expect(read).toThrow('REDIS_URL')
})

it('readTemporalTarget reads the address by its own variable, and only from the given environment', () => {
  expect(readTemporalTarget(servers, 'sales')).toMatchObject({
    connection: { address: 'temporal.internal:7233' },
    namespace: 'sales',
  })
})
