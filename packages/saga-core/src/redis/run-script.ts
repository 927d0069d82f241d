import { createHash } from 'node:crypto'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { BarrierRedis } from './barrier-redis.js'

type Command = (...args: readonly (string | number)[]) => Promise<unknown>

/** Sends a Lua script with its keys and arguments; once a connection has it, by its hash. */
export type SendScript = (keys: readonly string[], args: readonly string[]) => Promise<unknown>

const codes: ReadonlySet<string> = new Set(Object.values(SagaErrorCode))

/** Makes a command of a script. Two scripts never share one: it is named by what it is. */
export function toCommand(redis: BarrierRedis, name: string, lua: string): SendScript {
  const command = `saga_${createHash('sha1').update(lua).digest('hex')}`
  redis.defineCommand(command, { lua })
  return async (keys, args) => {
    try {
      const send = (redis as unknown as Record<string, Command>)[command] as Command
      return await send.call(redis, keys.length, ...keys, ...args)
    } catch (error) {
      throw coded(name, error)
    }
  }
}

/** Errors the script raised itself begin with their code. */
function coded(name: string, error: unknown): unknown {
  const { message } = error as Error
  const code = message.split(' ', 1)[0] as SagaErrorCode
  if (!codes.has(code)) return error
  return new SagaError(code, `barrier script "${name}", ${message.slice(code.length + 1)}`)
}
