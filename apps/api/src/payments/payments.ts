import type { Client } from '@temporalio/client'
import type { Logger } from 'pino'
import type { Registry } from 'prom-client'
import { createSagaClient } from 'saga-core/client'
import { createSandboxProvider } from 'seckill-payment/sandbox'
import { type AppliedMessages, applyMessages, type InboxMessage, quarantineMessage } from 'seckill-store/mysql'
import type { Traces } from 'seckill-traces'
import type { Config } from '../config.js'
import type { SaleDatabase } from '../connections.js'
import { createSlots } from '../purchases/slots.js'
import { traceCallbacks, traceOpenPayment, traceStartPayment } from '../traces/trace-payments.js'
import { createCallbackInbox } from './callback-inbox.js'
import { createOpenPayment } from './open-payment.js'
import { createPaymentMetrics, type PaymentMetrics } from './payment-metrics.js'
import { createReceiveCallback, type ReceiveCallback } from './receive-callback.js'
import { createStartPayment, type StartPayment } from './start-payment.js'
import { createTellRuns, type TellRuns } from './tell-runs.js'

/** Milliseconds that Temporal has to take a signal. */
const signalLimitMs = 5_000
/** A payment takes at most two requests to the provider: to create it, and to find it. */
const requestsAPayment = 2

export interface PaymentsDependencies {
  readonly config: Pick<Config, 'payment' | 'paymentMaxInFlight'>
  readonly db: SaleDatabase
  readonly temporal: Client
  readonly registry: Registry
  readonly traces: Traces | undefined
  readonly logger: Logger
}

/** Everything of this process that has to do with payments. */
export interface Payments {
  readonly startPayment: StartPayment
  readonly receiveCallback: ReceiveCallback
  readonly tellRuns: TellRuns
  /** Sends the messages to runs that are still gathered; never rejects. */
  flush(): Promise<void>
}

/** @throws Error for a webhook secret that the provider's reader does not take */
export function createPayments({ config, db, temporal, registry, traces, logger }: PaymentsDependencies): Payments {
  const { payment, paymentMaxInFlight } = config
  const provider = createSandboxProvider(payment)
  const { name } = provider
  const metrics = createPaymentMetrics(registry, provider.circuit)
  const sagas = createSagaClient(temporal, { timeoutMs: signalLimitMs })
  const tellRuns = createTellRuns({ sagas, onFailed: metrics.untold, logger })
  const open = createOpenPayment({
    db,
    provider,
    returnUrl: payment.returnUrl,
    slots: createSlots(paymentMaxInFlight),
    limitMs: requestsAPayment * payment.timeoutMs,
  })
  const apply = (messages: readonly InboxMessage[]) => applyMessages(db, name, messages)
  const inbox = createCallbackInbox({
    apply: traces === undefined ? apply : traceCallbacks(apply, traces),
    onApplied(applied, messages) {
      count(metrics, applied, messages)
      tellRuns(applied.paid)
    },
  })
  const start = createStartPayment({
    db,
    provider: name,
    open: traces === undefined ? open : traceOpenPayment(open, traces),
  })
  return {
    startPayment: counted(metrics, traces === undefined ? start : traceStartPayment(start, traces)),
    receiveCallback: createReceiveCallback({
      provider,
      inbox,
      quarantine: (reason, body) => quarantineMessage(db, name, { reason, body }),
      metrics,
    }),
    tellRuns,
    // The caller of each message has logged its failure.
    flush: () => sagas.flush().catch(() => undefined),
  }
}

function counted(metrics: PaymentMetrics, start: StartPayment): StartPayment {
  return async (userId, orderId) => {
    try {
      const started = await start(userId, orderId)
      metrics.started(started.isNew ? 'opened' : 'known')
      return started
    } catch (error) {
      metrics.started('failed')
      throw error
    }
  }
}

function count(metrics: PaymentMetrics, { paid, quarantined }: AppliedMessages, messages: number): void {
  metrics.transaction(messages)
  metrics.callback('applied', messages - quarantined.length)
  metrics.callback('quarantined', quarantined.length)
  metrics.captured(paid.length)
  for (const { reason } of quarantined) metrics.quarantined(reason)
}
