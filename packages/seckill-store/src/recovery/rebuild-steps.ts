import type { Kysely } from 'kysely'
import { claimKeys } from '../gate/claim-key.js'
import { tailOf } from '../gate/input.js'
import { gateKeys } from '../gate/keys.js'
import { packHold, packLane, unpackHold, unpackLane } from '../gate/packed.js'
import { type HoldField, isHoldField, scanHolds } from '../gate/scan-holds.js'
import type { GateRedis } from '../gate/scripts.js'
import type { AdmittedLane } from '../gate/types.js'
import type { Database } from '../mysql/index.js'
import { knownHolds } from './known-holds.js'
import { ownedHold } from './owned-hold.js'
import { type OwnedLane, purchasePages } from './purchases.js'
import type { RebuildWrite, RebuildWriter } from './rebuild-writer.js'

const entriesPerRead = 1_000

/** A closed gate under rebuild. */
export interface Rebuild {
  readonly redis: GateRedis
  readonly db: Kysely<Database>
  readonly voucherId: number
  readonly writer: RebuildWriter
}

/** Deletes the marks and the idempotency keys that Redis kept; `joinKept` makes those of the holds there are. */
export async function dropMarks({ redis, voucherId, writer }: Rebuild): Promise<void> {
  for await (const page of scanHolds(redis, voucherId)) {
    await writer.write(page.flatMap(([field]) => (isHoldField(field) ? [] : [['del', field, ''] as const])))
  }
}

/** Writes the hold of each purchase of MySQL, which overrules Redis. A purchase whose id no gate made has no hold. */
export async function writePurchases(rebuild: Rebuild): Promise<void> {
  for await (const page of readAhead(purchasePages(rebuild.db, rebuild.voucherId))) await writePage(rebuild, page)
}

/** Reads the next page while the present one is worked on. */
async function* readAhead<T>(pages: AsyncGenerator<T>): AsyncGenerator<T> {
  let next = pages.next()
  for (let page = await next; page.done !== true; page = await next) {
    next = pages.next()
    // Its error is thrown where it is awaited, unless the work on this page fails first.
    next.catch(() => undefined)
    yield page.value
  }
}

async function writePage({ redis, voucherId, writer }: Rebuild, page: readonly OwnedLane[]): Promise<void> {
  const owned = page.flatMap((purchase): [string, OwnedLane][] => {
    const tail = tailOf(voucherId, purchase.reservationId)
    return tail === null ? [] : [[tail, purchase]]
  })
  const known = await knownHolds(
    redis,
    voucherId,
    owned.map(([tail]) => tail),
  )
  const wanted = owned.map(
    ([tail, purchase], at) => ['set', tail, packHold(ownedHold(purchase, known[at]?.hold ?? null))] as const,
  )
  await claimKeys(
    redis,
    owned.map(([, purchase]) => ({
      voucherId,
      userId: purchase.userId,
      quantity: purchase.units,
      keyDigest: purchase.keyDigest ?? '',
    })),
  )
  await writer.write(wanted.filter(([, , text], at) => text !== known[at]?.text))
}

/** Writes the holds of the stream's lanes where Redis lost them, and returns the tails of these lanes. */
export async function writeWaiting(rebuild: Rebuild): Promise<ReadonlySet<string>> {
  const queued = new Set<string>()
  for await (const lanes of streamPages(rebuild)) {
    for (const tail of await writeLanes(rebuild, lanes, '')) queued.add(tail)
  }
  return queued
}

/** Writes the holds of the lanes of open run records, and gives each record a lease. */
export async function writeRuns(rebuild: Rebuild): Promise<void> {
  const { redis, voucherId } = rebuild
  const { runs, leases } = gateKeys(voucherId)
  for (const run of await redis.hkeys(runs)) {
    const record = (await redis.hget(runs, run)) ?? ''
    await writeLanes(rebuild, record.split('\n'), run)
  }
  await redis.seckillLease(runs, leases)
}

/** Joins the holds that Redis kept, and adds the waiting ones that the stream has lost to its end; no run would take them. */
export async function joinKept({ redis, voucherId, writer }: Rebuild, queued: ReadonlySet<string>): Promise<void> {
  const lost = new Map<string, number>()
  for await (const page of scanHolds(redis, voucherId)) {
    const holds = page.filter(([field]) => isHoldField(field))
    await writer.write(holds.map(([tail]) => ['join', tail, '']))
    for (const [lane, seq] of lostLanes(holds, queued)) lost.set(lane, seq)
  }
  const inOrder = [...lost].sort(([, a], [, b]) => a - b)
  await writer.write(inOrder.map(([lane]): RebuildWrite => ['add', lane, '']))
}

function lostLanes(holds: readonly HoldField[], queued: ReadonlySet<string>): [string, number][] {
  return holds.flatMap(([tail, text]): [string, number][] => {
    const hold = queued.has(tail) ? null : unpackHold(text)
    return hold?.state === 'W' ? [[packLane(tail, hold), hold.seq]] : []
  })
}

/** Gives lanes the hold of `runId`, or of the stream where it is ''; a hold that is further on stays. Returns the tails. */
async function writeLanes({ redis, voucherId, writer }: Rebuild, texts: readonly string[], runId: string) {
  const lanes = texts.flatMap((text): [string, AdmittedLane][] => {
    const lane = unpackLane(voucherId, text)
    return lane === null ? [] : [[text.slice(0, text.indexOf('|')), lane]]
  })
  const tails = lanes.map(([tail]) => tail)
  const known = await knownHolds(redis, voucherId, tails)
  const state = runId === '' ? 'W' : 'A'
  const writes = lanes.flatMap(([tail, lane], at): RebuildWrite[] => {
    const hold = known[at]?.hold ?? null
    if (hold !== null && (hold.state !== 'W' || state === 'W')) return []
    return [['set', tail, packHold({ ...lane, state, runId, reason: '' })]]
  })
  await writer.write(writes)
  return tails
}

async function* streamPages({ redis, voucherId }: Rebuild): AsyncGenerator<readonly string[]> {
  const { admissions } = gateKeys(voucherId)
  let from: string | undefined = '-'
  while (from !== undefined) {
    const entries: [string, string[]][] = await redis.xrange(admissions, from, '+', 'COUNT', entriesPerRead)
    yield entries.map(([, fields]) => String(fields[1]))
    from = entries.length < entriesPerRead ? undefined : `(${entries.at(-1)?.[0]}`
  }
}
