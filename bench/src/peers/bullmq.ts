import { Queue, Worker } from 'bullmq'
import type { Purchase } from 'seckill-workflows'
import { inBatches } from './in-batches.js'
import { type OrderWork, openBatchWork, openOrderWork, openWholeOrderWork } from './open-work.js'
import type { OpenPeer, Peer, PeerTerms } from './peer.js'
import { versionOf } from './version-of.js'

/** The differences between one job per order and one per batch. */
interface Jobs {
  readonly lanesAJob: number
  readonly concurrency: number
  readonly work: (lanes: readonly Purchase[], jobId: string) => Promise<void>
  readonly close: () => Promise<void>
}

/** One job per order. */
export const bullmq: Peer = {
  name: 'BullMQ, one job per order',
  barrierRows: 4,
  tuning: 'addBulk, worker concurrency of the orders in flight, removeOnComplete, retries with backoff',
  roughly: 1_200,
  open: (terms) => openOneByOne(terms, openOrderWork(terms)),
}

/** One job and one transaction per order. */
export const bullmqWhole: Peer = {
  name: 'BullMQ, one job and one transaction per order',
  barrierRows: 0,
  tuning: 'as one job per order; one transaction without barrier rows, repeated jobs known by a unique key',
  roughly: 2_500,
  open: (terms) => openOneByOne(terms, openWholeOrderWork(terms)),
}

/** One job per batch: the batches of BullMQ Pro, made by the producer. */
export const bullmqBatched: Peer = {
  name: 'BullMQ, jobs of a batch, bulk SQL',
  barrierRows: 4,
  tuning: 'addBulk of jobs that hold a batch each, worker concurrency of the batches in flight, removeOnComplete',
  roughly: 40_000,
  async open(terms) {
    const { process, close } = openBatchWork(terms)
    return openQueue(terms, {
      lanesAJob: terms.lanesABatch,
      concurrency: terms.batchesInFlight,
      work: process,
      close,
    })
  },
}

function openOneByOne(terms: PeerTerms, { process, close }: Pick<OrderWork, 'process' | 'close'>): Promise<OpenPeer> {
  const work = async ([lane]: readonly Purchase[]): Promise<void> => process(lane as Purchase)
  return openQueue(terms, { lanesAJob: 1, concurrency: terms.ordersInFlight, work, close })
}

const jobsAtOnce = 1_000
const attempts = 5

async function openQueue(terms: PeerTerms, jobs: Jobs): Promise<OpenPeer> {
  const { hostname: host, port, password } = new URL(terms.redisUrl)
  const connection = { host, port: Number(port), password, maxRetriesPerRequest: null }
  const queue = new Queue<readonly Purchase[]>('orders', { connection, prefix: terms.prefix })
  let worker: Worker<readonly Purchase[]> | undefined
  const opts = { removeOnComplete: true, attempts, backoff: { type: 'exponential', delay: 100 } }
  return {
    versions: { bullmq: versionOf('bullmq') },
    durability: {},
    processes: {},
    async fill(lanes) {
      const data = inBatches(lanes, jobs.lanesAJob).map((some) => ({ name: 'purchase', data: some, opts }))
      for (const some of inBatches(data, jobsAtOnce)) await queue.addBulk([...some])
    },
    async work(onFailure) {
      const process = async (job: { readonly data: readonly Purchase[]; readonly id?: string | undefined }) =>
        jobs.work(job.data, String(job.id))
      worker = new Worker('orders', process, { connection, prefix: terms.prefix, concurrency: jobs.concurrency })
      worker.on('failed', (job, error) => {
        if (job === undefined || job.attemptsMade >= attempts) onFailure(error)
      })
      worker.on('error', onFailure)
    },
    async rest() {
      await worker?.close()
      await queue.obliterate({ force: true })
      return {}
    },
    async close() {
      await queue.close()
      await jobs.close()
    },
  }
}
