import type { Purchase } from 'seckill-workflows'
import type { NamedProcesses } from '../measure/cpu-clock.js'

/** Addresses and limits of a peer's resources; the same for every peer. */
export interface PeerTerms {
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly temporalAddress: string
  readonly rabbitmqUrl: string
  readonly postgresUrl: string
  /** The data directory of the peer's own server. */
  readonly dir: string
  /** Part of every name the peer makes in a server that others use too; different in every process. */
  readonly prefix: string
  readonly ordersInFlight: number
  readonly lanesABatch: number
  readonly batchesInFlight: number
  readonly databaseConnections: number
}

/** A system that takes waiting orders through the four steps. It runs in a process of its own. */
export interface Peer {
  readonly name: string
  /** Its settings, as its documentation advises. */
  readonly tuning: string
  /** Orders a second on two cores, roughly; only sizes the runs. */
  readonly roughly: number
  /** Barrier rows that an order leaves. */
  readonly barrierRows: 0 | 4
  /** @throws PeerMissing when its server cannot be had */
  open(terms: PeerTerms): Promise<OpenPeer>
}

/** A peer that is ready. */
export interface OpenPeer {
  readonly versions: Readonly<Record<string, string>>
  /** The durability that its own servers promise, by server. */
  readonly durability: Readonly<Record<string, string>>
  /** Its servers' processes, which count as its CPU time too. */
  readonly processes: NamedProcesses
  /** Makes the orders wait, durably, where the peer takes them from; nothing is worked on yet. */
  fill(lanes: readonly Purchase[]): Promise<void>
  /** Starts to work on them; `onFailure` is called with an error that no retry can mend. */
  work(onFailure: (error: unknown) => void): Promise<void>
  /** Called once every order is committed: releases the resources of this run, and returns further figures. */
  rest(): Promise<Readonly<Record<string, number>>>
  close(): Promise<void>
}

/** A peer's server is not available; the message says how to get it. */
export class PeerMissing extends Error {
  override readonly name = 'PeerMissing'
}
