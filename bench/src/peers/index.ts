import { bareStream, bareStreamBatched } from './bare-stream.js'
import { bullmq, bullmqBatched, bullmqWhole } from './bullmq.js'
import { dbos, dbosBatched } from './dbos.js'
import type { Peer } from './peer.js'
import { rabbitmq, rabbitmqBatched, rabbitmqWhole } from './rabbitmq.js'
import { restate, restateBatched } from './restate.js'
import { handWrittenLocal, handWrittenRegular, purchaseRuns, sagaCoreLocal, sagaCoreRegular } from './temporal.js'

/** Every peer, by the name its process is started with. */
export const peers = {
  bareStream,
  bareStreamBatched,
  bullmq,
  bullmqWhole,
  bullmqBatched,
  rabbitmq,
  rabbitmqWhole,
  rabbitmqBatched,
  dbos,
  dbosBatched,
  restate,
  restateBatched,
  sagaCoreLocal,
  sagaCoreRegular,
  handWrittenLocal,
  handWrittenRegular,
  purchaseRunsOf1: purchaseRuns(1),
  purchaseRunsOf8: purchaseRuns(8),
  purchaseRunsOf32: purchaseRuns(32),
  purchaseRunsOf128: purchaseRuns(128),
  purchaseRunsOf512: purchaseRuns(512),
  purchaseRunsOf1000: purchaseRuns(1_000),
  purchaseRunsOf2000: purchaseRuns(2_000),
} as const satisfies Readonly<Record<string, Peer>>

export type PeerName = keyof typeof peers

/** Lanes a run for which there is a peer. */
export const laneCounts = [1, 8, 32, 128, 512, 1_000, 2_000] as const

/** The name of the peer whose runs have so many lanes. */
export function purchaseRunsOf(lanes: (typeof laneCounts)[number]): PeerName {
  return `purchaseRunsOf${lanes}`
}
