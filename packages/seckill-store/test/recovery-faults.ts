import { readFileSync } from 'node:fs'
import type { Kysely } from 'kysely'
import { GateCode } from '../src/gate/codes.js'
import { createGate } from '../src/gate/gate.js'
import type { GateConnection } from '../src/gate/index.js'
import { type GateRedis, withScripts } from '../src/gate/scripts.js'
import type { Database } from '../src/mysql/index.js'
import type { Process } from './recovery-process.js'

/** A fault that recovery once had. */
export interface Fault {
  readonly name: string
  /** Tells the disagreements that it makes from those of a sweep that is left out. */
  readonly shows: RegExp
  readonly plant: (process: Process, db: Kysely<Database>) => Process
}

/** Behind every purchase: a sweep that begins here compares nothing. */
const behindEverything = `${Number.MAX_SAFE_INTEGER}|`

/** The sweep mends what these faults leave, so each is planted without it. */
export const withoutSweep: Fault = {
  name: 'an open gate is not swept',
  shows: /its hold is undefined|REFUSED in MySQL, and its hold is \{"state":"A"/,
  plant: (process) => ({ ...process, plant: notSwept }),
}

export const faults: readonly Fault[] = [
  {
    name: '1 (a): leases are written for the run records that were read before',
    shows: /^the lease of .* has no record$/m,
    plant: ({ redis }) => ({
      redis,
      gate: createGate(givingUpAtLeaseWithoutRecord(redis)),
      plant: leasingWhatWasRead,
    }),
  },
  {
    name: '1 (b): a gate reopens when its running number is not behind that of MySQL',
    shows: /its hold is undefined/,
    plant: (process, db) => ({ ...process, plant: (redis) => judgedByNumber(notSwept(redis), db) }),
  },
  {
    name: '1 (c): a run that reaches MySQL after the loss does not secure its lanes',
    shows: /its hold is undefined/,
    plant: ({ gate, ...process }) => ({
      ...process,
      gate: { ...gate, secure: async () => ({ secured: 0 }) },
      plant: notSwept,
    }),
  },
  {
    name: '1 (d): the process that reopens a gate makes the lost releases again, and no other one does',
    shows: /REFUSED in MySQL, and its hold is \{"state":"A"/,
    plant: (process) => ({ ...process, plant: (redis) => releasingOnce(notSwept(redis)) }),
  },
]

/** The connection with some of its methods replaced. */
function replacing(
  redis: GateConnection,
  methods: Readonly<Record<string, (...args: never[]) => unknown>>,
): GateConnection {
  return Object.create(
    redis,
    Object.fromEntries(Object.entries(methods).map(([name, value]) => [name, { value }])),
  ) as GateConnection
}

function notSwept(redis: GateConnection): GateConnection {
  return replacing(redis, {
    hget: async (key: string, field: string) => (field === 'swept' ? behindEverything : redis.hget(key, field)),
  })
}

function leasingWhatWasRead(redis: GateConnection): GateConnection {
  return replacing(redis, {
    seckillLease: async (runs: string, leases: string) => {
      const records = await redis.hkeys(runs)
      for (const run of records) {
        await redis.hget(runs, run)
        await redis.zadd(leases, 'NX', 0, run)
      }
      return [records.length]
    },
  })
}

/** The take of then: a lease without a record, which has passed, hid those behind it. */
function givingUpAtLeaseWithoutRecord(redis: GateConnection): GateConnection {
  const loop = /while run and not record do[\s\S]*?\nend\n/
  const once = `if not record then
    run = redis.call('ZRANGE', KEYS[5], '-inf', now, 'BYSCORE', 'LIMIT', 0, 1)[1]
    record = run and redis.call('HGET', KEYS[4], run)
  end
`
  const take = readFileSync(new URL('../src/gate/lua/take.lua', import.meta.url), 'utf8')
  if (!loop.test(take)) throw new Error('take.lua has no loop over leases any more')
  return replacing(redis, { seckillTake: (...args: string[]) => redis.eval(take.replace(loop, once), 5, ...args) })
}

function judgedByNumber(redis: GateConnection, db: Kysely<Database>): GateConnection {
  const scripts: GateRedis = withScripts(redis)
  return replacing(redis, {
    seckillReopen: async (campaign: string, holds: string, ...[token = '', version = '', state = '']: string[]) => {
      const seq = await redis.hget(campaign, 'seq')
      const voucherId = Number(/\{(\d+)\}/.exec(campaign)?.[1])
      const newest = db.selectFrom('purchases').select('seq').where('voucher_id', '=', voucherId).orderBy('seq', 'desc')
      const highest = (await newest.limit(1).executeTakeFirst())?.seq ?? 0
      return Number(seq) < highest ? [GateCode.Behind] : scripts.seckillReopen(campaign, holds, token, version, state)
    },
  })
}

function releasingOnce(redis: GateConnection): GateConnection {
  const scripts = withScripts(redis)
  let reopened = false
  return replacing(redis, {
    seckillReopen: async (...args: string[]) => {
      const [code] = await scripts.seckillReopen(...args)
      reopened = code === 1
      return [code]
    },
    hget: async (key: string, field: string) => (field === 'replay' && !reopened ? null : redis.hget(key, field)),
  })
}
