import { bareStream, bareStreamBatched } from './bare-stream.js'
import { bullmq, bullmqBatched } from './bullmq.js'
import { dbos, dbosBatched } from './dbos.js'
import type { Peer } from './peer.js'
import { rabbitmq, rabbitmqBatched } from './rabbitmq.js'
import { restate, restateBatched } from './restate.js'
import { handWrittenLocal, handWrittenRegular, purchaseRuns, sagaCoreSingle } from './temporal.js'

/** Every peer, by the name its process is started with. */
export const PEERS = {
  bareStream,
  bareStreamBatched,
  bullmq,
  bullmqBatched,
  rabbitmq,
  rabbitmqBatched,
  dbos,
  dbosBatched,
  restate,
  restateBatched,
  sagaCoreSingle,
  handWrittenLocal,
  handWrittenRegular,
  purchaseRunsOf1: purchaseRuns(1),
  purchaseRunsOf128: purchaseRuns(128),
} as const satisfies Readonly<Record<string, Peer>>

export type PeerName = keyof typeof PEERS
