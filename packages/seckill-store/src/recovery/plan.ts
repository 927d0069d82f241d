import { type PackedHold, packHold, packLane } from '../gate/packed.js'
import { mergeHolds } from './merge.js'
import type { OwnedLane } from './purchases.js'
import type { Survivors } from './survivors.js'

/** One write of a rebuild, as its script takes it. */
export type RebuildWrite = readonly ['set', string, string] | readonly ['del' | 'add' | 'lease', string, '']

/** What turns the survivors of a gate into the gate it should be. */
export interface RebuildPlan {
  readonly writes: readonly RebuildWrite[]
  /** Units of live holds. */
  readonly held: number
  readonly liveHolds: number
  /** The highest running number seen. */
  readonly seq: number
}

/** Plans a rebuild; planned again after its writes, or after some of them, it asks for the rest only. */
export function planRebuild(voucherId: number, survivors: Survivors, purchases: readonly OwnedLane[]): RebuildPlan {
  const holds = mergeHolds(voucherId, survivors, purchases)
  const bySeq = [...holds].sort(([, a], [, b]) => a.seq - b.seq)
  const live = bySeq.filter(([, hold]) => hold.state !== 'R').map(([, hold]) => hold)
  const leases = [...survivors.records.keys()].map((run) => ['lease', run, ''] as const)
  return {
    writes: [...fieldWrites(bySeq, survivors.fields), ...missingAdmissions(bySeq, survivors.waiting), ...leases],
    held: live.reduce((units, hold) => units + hold.quantity, 0),
    liveHolds: live.length,
    seq: bySeq.at(-1)?.[1].seq ?? 0,
  }
}

type HoldByTail = readonly (readonly [string, PackedHold])[]

function fieldWrites(bySeq: HoldByTail, found: ReadonlyMap<string, string>): RebuildWrite[] {
  const wanted = new Map<string, string>()
  const marks = new Map<number, { units: number; tails: string[] }>()
  for (const [tail, hold] of bySeq) {
    wanted.set(tail, packHold(hold))
    if (hold.key !== '') wanted.set(`k:${hold.userId}:${hold.key}`, tail)
    if (hold.state === 'R') continue
    const mark = marks.get(hold.userId) ?? { units: 0, tails: [] }
    mark.units += hold.quantity
    mark.tails.push(tail)
    marks.set(hold.userId, mark)
  }
  for (const [user, { units, tails }] of marks) wanted.set(`u:${user}`, `${units}|${tails.join(',')}`)
  const sets = [...wanted].filter(([field, text]) => found.get(field) !== text)
  const dels = [...found.keys()].filter((field) => !wanted.has(field))
  return [...sets.map(([field, text]) => ['set', field, text] as const), ...dels.map((f) => ['del', f, ''] as const)]
}

/** Waiting holds that the stream has lost; no run would ever take them. */
function missingAdmissions(bySeq: HoldByTail, waiting: readonly string[]): RebuildWrite[] {
  const queued = new Set(waiting.map((lane) => lane.slice(0, lane.indexOf('|'))))
  return bySeq
    .filter(([tail, hold]) => hold.state === 'W' && !queued.has(tail))
    .map(([tail, hold]) => ['add', packLane(tail, hold), ''] as const)
}
