import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import {
  type Consumers,
  createConsumerMetrics,
  createConsumers,
  type DeadLetter,
  namesOf,
  openBroker,
  queueLengths,
} from 'seckill-intake/broker'
import type { ConsumingConfig } from 'seckill-intake/configuration'
import {
  createRunStarter,
  createStartMetrics,
  createStartRun,
  type TakenRun,
  traceStarts,
} from 'seckill-intake/starting'
import { createGate, type Gate } from 'seckill-store/gate'
import { endUnprocessedPurchases, writeAudit } from 'seckill-store/mysql'
import type { Traces } from 'seckill-traces'
import type { StepService } from 'seckill-workflows'
import type { Connections } from './connections.js'

const startDeadlineMs = 5_000

interface IntakeDependencies extends Pick<Connections, 'db' | 'redis'> {
  readonly client: Client
  readonly servicesApart: readonly StepService[]
  readonly registry: Registry
  readonly traces: Traces | undefined
  readonly logger: Logger
}

/** Starts the runs that the broker has, and ends the purchases of its dead letters that no run owns. */
export function startIntake(
  config: ConsumingConfig,
  { db, redis, client, servicesApart, registry, traces, logger }: IntakeDependencies,
): Consumers {
  const gate = createGate(redis)
  const names = namesOf(config.prefix)
  const connection = openBroker(config, `seckill-worker ${process.pid}`, logger)
  const plain = createRunStarter(client, startDeadlineMs, servicesApart)
  const starter = traces === undefined ? plain : traceStarts(plain, traces)
  return createConsumers({
    connection,
    config,
    startRun: createStartRun({ gate, starter, metrics: createStartMetrics([registry]), logger }),
    settle: ({ voucherId, runId }) => gate.settle(voucherId, runId),
    refuse: (run) => refuse(db, gate, run),
    record: (letter) => recordLetter(db, letter),
    metrics: createConsumerMetrics([registry], () => queueLengths(connection, names)),
    logger,
  })
}

/** MySQL first: an end that is written and not released is released by the sweep of the gate. */
async function refuse(
  db: Connections['db'],
  gate: Pick<Gate, 'release'>,
  { voucherId, lanes }: TakenRun,
): Promise<number> {
  const ended = await endUnprocessedPurchases(db, lanes)
  await gate.release(
    voucherId,
    ended.map((reservationId) => ({ reservationId, reason: 'NOT_PROCESSED' })),
  )
  return ended.length
}

async function recordLetter(
  db: Connections['db'],
  { messageId, reason, refused, run, body }: DeadLetter,
): Promise<void> {
  const subject = run === undefined ? 'dead-letter' : `voucher:${run.voucherId}`
  await writeAudit(db, { actor: 'intake', action: 'dead-letter', subject, reason, after: { messageId, refused, body } })
}
