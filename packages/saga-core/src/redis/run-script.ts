import { createHash } from 'node:crypto'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { BarrierRedis } from './barrier-redis.js'

type Command = (...args: readonly (string | number)[]) => Promise<unknown>

/** Sends a Lua script with its keys and arguments, by EVALSHA once the server has it. */
export type SendScript = (keys: readonly string[], args: readonly string[]) => Promise<unknown>

const codes: ReadonlySet<string> = new Set(Object.values(SagaErrorCode))

/** Defines a script as a command of the client; the command's name is the hash of the script, so that no two scripts have one name. */
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

/** The error with its code; a script puts the code before the text of an error that it raises itself. */
function coded(name: string, error: unknown): unknown {
  const { message } = error as Error
  const code = message.split(' ', 1)[0] as SagaErrorCode
  if (!codes.has(code)) return error
  return new SagaError(code, `barrier script "${name}", ${message.slice(code.length + 1)}`)
}
