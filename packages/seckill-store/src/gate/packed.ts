import type { AdmittedLane, Hold, HoldState } from './types.js'

const states = { W: 'WAITING', A: 'ASSIGNED', R: 'RELEASED' } as const satisfies Record<string, HoldState>

/** A hold as it lies in Redis: `state|user|quantity|seq|admittedAt|version|key[|run[|reason]]` under its reservation tail. */
export interface PackedHold {
  readonly state: keyof typeof states
  readonly userId: number
  readonly quantity: number
  readonly seq: number
  readonly admittedAt: number
  readonly termsVersion: number
  readonly keyDigest: string
  /** The owning run, or '' for a waiting hold. */
  readonly runId: string
  readonly reason: string
}

const holdForm = /^([WAR])\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|([^|]*)(?:\|([^|]*)(?:\|([\s\S]*))?)?$/
const laneForm = /^([a-z2-7]{26})\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|(\d+)\|([^|]*)$/

/** Reads a hold; `null` when the text is none. */
export function unpackHold(text: string): PackedHold | null {
  const match = holdForm.exec(text)
  if (match === null) return null
  const [, state, userId, quantity, seq, admittedAt, version, keyDigest = '', runId = '', reason = ''] = match
  return {
    state: state as PackedHold['state'],
    userId: Number(userId),
    quantity: Number(quantity),
    seq: Number(seq),
    admittedAt: Number(admittedAt),
    termsVersion: Number(version),
    keyDigest,
    runId,
    reason,
  }
}

/** Writes a hold the way the scripts do. */
export function packHold(hold: PackedHold): string {
  const input = `${hold.state}|${packInput(hold)}`
  if (hold.state === 'W') return input
  return hold.state === 'R' ? `${input}|${hold.runId}|${hold.reason}` : `${input}|${hold.runId}`
}

/** A stored hold as callers see it. */
export function describeHold(voucherId: number, reservationId: string, hold: PackedHold): Hold {
  return {
    reservationId,
    voucherId,
    userId: hold.userId,
    quantity: hold.quantity,
    seq: hold.seq,
    admittedAt: hold.admittedAt,
    state: states[hold.state],
    runId: hold.runId === '' ? null : hold.runId,
    reason: hold.state === 'R' ? hold.reason : null,
  }
}

/** Reads one lane of the stream or of a run record; `null` when the text is none. */
export function unpackLane(voucherId: number, text: string): AdmittedLane | null {
  const match = laneForm.exec(text)
  if (match === null) return null
  return {
    reservationId: `${voucherId}-${match[1]}`,
    voucherId,
    userId: Number(match[2]),
    quantity: Number(match[3]),
    seq: Number(match[4]),
    admittedAt: Number(match[5]),
    termsVersion: Number(match[6]),
    keyDigest: match[7] ?? '',
  }
}

/** The lanes of a run record, in the order in which they were admitted; texts that are no lane are left out. */
export function unpackRecord(voucherId: number, record: string): AdmittedLane[] {
  return record.split('\n').flatMap((text) => unpackLane(voucherId, text) ?? [])
}

/** Writes a lane the way the scripts do. */
export function packLane(tail: string, lane: PackedInput): string {
  return `${tail}|${packInput(lane)}`
}

type PackedInput = Omit<PackedHold, 'state' | 'runId' | 'reason'>

function packInput({ userId, quantity, seq, admittedAt, termsVersion, keyDigest }: PackedInput): string {
  return `${userId}|${quantity}|${seq}|${admittedAt}|${termsVersion}|${keyDigest}`
}
