import { createSandboxProvider } from 'seckill-payment/sandbox'
import { type Sandbox, startSandbox } from 'seckill-payment/testing'
import { type AdmittedLane, connectGateRedis, createGate, type Gate, newReservationId } from 'seckill-store/gate'
import { recordCaptures, requestRefund, startPayment } from 'seckill-store/mysql'
import { seedCampaign, sellLanes } from 'seckill-store/testing'
import type { WorkerProcesses } from './worker-processes.js'

/** A paid order with its payment at the provider. */
export interface PaidOrder {
  readonly reservationId: string
  readonly orderId: string
  readonly paymentId: string
  /** The provider's id of the payment. */
  readonly providerId: string
}

/** A provider of a test file's own, and sales whose orders are paid there. */
export interface PaidSales {
  readonly gate: Gate
  readonly sandbox: Sandbox
  /** The variables by which a worker knows the provider. */
  readonly environment: NodeJS.ProcessEnv
  /** A sale of so many units that is sold out, one unit a user, with all its orders paid. */
  sell(units: number): Promise<{ readonly voucherId: number; readonly orders: readonly PaidOrder[] }>
  /** Requests the refund of an order; returns the refund's id. */
  refund(order: PaidOrder): Promise<string>
  /** What the provider has given back of a payment, in minor units. */
  refundedAtProvider(order: PaidOrder): Promise<number | undefined>
  close(): Promise<void>
}

/** Starts the provider, beside workers. */
export async function openPaidSales({ db }: Pick<WorkerProcesses, 'db'>): Promise<PaidSales> {
  const sandbox = await startSandbox({ timeoutMs: 1_000 })
  const { options } = sandbox
  const provider = createSandboxProvider(options)
  const redis = connectGateRedis(process.env.REDIS_URL as string)
  const gate = createGate(redis)

  async function pay({ reservationId, userId }: AdmittedLane): Promise<PaidOrder> {
    const orderId = `order-${reservationId}`
    const started = await startPayment(db, { userId, orderId, provider: 'sandbox' })
    if (started?.status !== 'started') throw new Error(`No payment of ${orderId} was started.`)
    const { id: paymentId, amount_minor, currency, expires_at, created_at } = started.payment
    const about = { paymentId, providerPaymentId: null, requestedAt: created_at, returnUrl: 'http://127.0.0.1:9/' }
    const terms = { amountMinor: amount_minor, currency, description: orderId, expiresAt: expires_at }
    const { id: providerId, payUrl } = await provider.create({ ...about, ...terms })
    await sandbox.pay(payUrl as string)
    await db.transaction().execute((trx) => recordCaptures(trx, [{ paymentId, providerId }]))
    return { reservationId, orderId, paymentId, providerId }
  }

  return {
    gate,
    sandbox,
    environment: {
      PAYMENT_PROVIDER_URL: options.url,
      PAYMENT_API_KEY: options.apiKey,
      PAYMENT_WEBHOOK_SECRETS: options.webhookSecrets.join(','),
      PAYMENT_TIMEOUT_MS: '1000',
    },
    async sell(units) {
      const { voucherId, gate: campaign } = await seedCampaign(db, { total: units, users: units })
      if (campaign !== null) await gate.apply(campaign)
      for (let userId = 1; userId <= units; userId++) {
        await gate.admit({ voucherId, userId, quantity: 1, reservationId: newReservationId(voucherId) })
      }
      const runId = `purchase-${voucherId}-sold`
      const taken = await gate.take({ voucherId, runId, maxLanes: units, leaseMs: 60_000, maxOpenRuns: 1 })
      if (taken.status !== 'taken') throw new Error(`The gate gave no run: ${taken.status}`)
      await sellLanes(db, taken.lanes, runId)
      const orders: PaidOrder[] = []
      for (const lane of taken.lanes) orders.push(await pay(lane))
      return { voucherId, orders }
    },
    async refund({ orderId }) {
      const requested = await requestRefund(db, { orderId, actor: 'test', reason: 'the event is cancelled' })
      if (requested?.status !== 'requested') throw new Error(`The refund of ${orderId} was not requested.`)
      return requested.refundId
    },
    async refundedAtProvider({ paymentId, providerId }) {
      const payment = await provider.find({ paymentId, providerPaymentId: providerId, requestedAt: 0 })
      return payment?.refundedMinor
    },
    close: async () => {
      redis.disconnect()
      await sandbox.close()
    },
  }
}
