import { readFileSync } from 'node:fs'
import type { GateConnection } from './connect.js'

/** The Lua file of each script. */
export const scriptFiles = {
  seckillAdmit: 'admit',
  seckillTake: 'take',
  seckillSecure: 'secure',
  seckillSettle: 'settle',
  seckillLease: 'lease',
  seckillHalve: 'halve',
  seckillRequeue: 'requeue',
  seckillRelease: 'release',
  seckillReleased: 'released',
  seckillApply: 'apply',
  seckillAudit: 'audit',
  seckillBuyers: 'buyers',
  seckillReopen: 'reopen',
  seckillRebuildBegin: 'rebuild-begin',
  seckillRebuildWrite: 'rebuild-write',
  seckillRebuildFinish: 'rebuild-finish',
} as const
type ScriptName = keyof typeof scriptFiles

const keyCounts: Record<ScriptName, number> = {
  seckillAdmit: 4,
  seckillTake: 5,
  seckillSecure: 3,
  seckillSettle: 2,
  seckillLease: 2,
  seckillHalve: 3,
  seckillRequeue: 4,
  seckillRelease: 2,
  seckillReleased: 1,
  seckillApply: 4,
  seckillAudit: 3,
  seckillBuyers: 2,
  seckillReopen: 2,
  seckillRebuildBegin: 1,
  seckillRebuildWrite: 4,
  seckillRebuildFinish: 1,
}

type Argument = string | number
/** A script's answer: a code or a count first, then its details. */
export type ScriptReply = readonly [number, ...(string | number | null)[]]

/** A Redis connection that knows the gate's scripts; each call takes the keys, then the arguments. */
export type GateRedis = GateConnection & {
  readonly [Name in Exclude<ScriptName, 'seckillAdmit' | 'seckillSettle' | 'seckillAudit' | 'seckillBuyers'>]: (
    ...args: Argument[]
  ) => Promise<ScriptReply>
} & {
  readonly seckillAdmit: (...args: Argument[]) => Promise<readonly ScriptReply[]>
  readonly seckillSettle: (...args: Argument[]) => Promise<number>
  readonly seckillBuyers: (
    ...args: Argument[]
  ) => Promise<readonly [number, epoch: string, first: number, users: readonly string[]]>
  readonly seckillAudit: (...args: Argument[]) => Promise<readonly (string | number | null)[]>
}

/** The text of a script. */
export function scriptText(name: ScriptName): string {
  return readFileSync(new URL(`./lua/${scriptFiles[name]}.lua`, import.meta.url), 'utf8')
}

const allScripts = (Object.keys(scriptFiles) as ScriptName[]).map((name) => ({
  name,
  lua: scriptText(name),
  numberOfKeys: keyCounts[name],
}))

/** Defines the gate's scripts on a connection; ioredis sends a script again when Redis answers NOSCRIPT. */
export function withScripts(redis: GateConnection): GateRedis {
  const taught = redis as GateRedis
  if (taught.seckillAdmit === undefined) {
    for (const { name, lua, numberOfKeys } of allScripts) redis.defineCommand(name, { lua, numberOfKeys })
  }
  return taught
}
