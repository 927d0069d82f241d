import { Counter, Gauge, Histogram, Registry } from 'prom-client'
import { createStartMetrics, type StartMetrics } from 'seckill-intake/starting'
import { type RequestResult, requestResults } from 'seckill-store/mysql'
import type { GateSync } from '../dispatcher/gate-keeper.js'

const requestBucketsSeconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

/** Metrics of the dispatcher. */
export interface DispatchMetrics extends StartMetrics {
  takenAgain(): void
  roundFailed(): void
  /** `undefined` while the count is not known. */
  waiting(voucherId: number, admissions: number | undefined): void
  gate(voucherId: number, status: GateSync['status']): void
  forget(voucherId: number): void
}

/** Metrics of the purchase route; times in milliseconds. */
export interface PurchaseMetrics {
  answered(result: RequestResult, milliseconds: number): void
  remembered(): void
  /** Counts an answer of the sold-out memory given before the body is read; its time is not observed. */
  soldOutFirst(): void
  /** Counts accepted purchases that Redis has lost. */
  lost(purchases: number): void
}

/** Counts of a histogram by upper bound in milliseconds, each with those below it; the last bound is infinite. */
export type LatencyBuckets = readonly { readonly upToMs: number; readonly count: number }[]

export interface Metrics {
  readonly registry: Registry
  readonly purchases: PurchaseMetrics
  readonly dispatch: DispatchMetrics
  /** The purchase requests of this process by their time to the answer. */
  readonly requestLatency: () => Promise<LatencyBuckets>
}

function purchaseMetrics(registers: [Registry]): PurchaseMetrics & Pick<Metrics, 'requestLatency'> {
  const answers = new Counter({
    name: 'seckill_purchase_requests_total',
    help: 'Purchase requests by result',
    labelNames: ['result'],
    registers,
  })
  const latency = new Histogram({
    name: 'seckill_purchase_request_seconds',
    help: 'Time from request to answer of a purchase',
    buckets: requestBucketsSeconds,
    registers,
  })
  const answersOf = new Map(requestResults.map((result) => [result, answers.labels(result)]))
  const remembered = new Counter({
    name: 'seckill_sold_out_remembered_total',
    help: 'Purchase requests answered by the sold-out memory, before the gate',
    registers,
  })
  const lost = new Counter({
    name: 'seckill_purchases_lost_total',
    help: 'Accepted purchases that Redis lost before a run owned them',
    registers,
  })
  return {
    requestLatency: () => bucketsOf(latency),
    lost: (purchases) => lost.inc(purchases),
    answered(result, milliseconds) {
      answersOf.get(result)?.inc()
      latency.observe(milliseconds / 1_000)
    },
    remembered: () => remembered.inc(),
    soldOutFirst() {
      remembered.inc()
      answersOf.get('soldOut')?.inc()
    },
  }
}

async function bucketsOf(histogram: Histogram): Promise<LatencyBuckets> {
  const { values } = await histogram.get()
  return values.flatMap(({ metricName, labels, value }) => {
    return metricName?.endsWith('_bucket') ? [{ upToMs: boundOf(labels.le), count: value }] : []
  })
}

function boundOf(le: number | string | undefined): number {
  return le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le) * 1_000
}

const alarms = ['pending', 'impossible'] as const satisfies readonly GateSync['status'][]

function gateGauge(registers: [Registry]) {
  return new Gauge({
    name: 'seckill_gate_out_of_step',
    help: '1 while the gate of a campaign does not have what MySQL says: pending, or impossible for the gate',
    labelNames: ['voucher', 'status'],
    registers,
  })
}

function dispatchMetrics(registers: [Registry]): DispatchMetrics {
  const again = new Counter({
    name: 'seckill_dispatch_taken_again_total',
    help: 'Run records taken again after their lease had passed',
    registers,
  })
  const failed = new Counter({
    name: 'seckill_dispatch_rounds_failed_total',
    help: 'Dispatch rounds that ended with an error of Redis, MySQL or Temporal',
    registers,
  })
  const waiting = new Gauge({
    name: 'seckill_admissions_waiting',
    help: 'Admissions in the stream that no run has taken',
    labelNames: ['voucher'],
    registers,
  })
  const outOfStep = gateGauge(registers)
  return {
    ...createStartMetrics(registers),
    takenAgain: () => again.inc(),
    roundFailed: () => failed.inc(),
    waiting(voucherId, admissions) {
      if (admissions === undefined) waiting.remove(String(voucherId))
      else waiting.set({ voucher: String(voucherId) }, admissions)
    },
    gate(voucherId, status) {
      for (const one of alarms) {
        if (one === status) outOfStep.set({ voucher: String(voucherId), status: one }, 1)
        else outOfStep.remove(String(voucherId), one)
      }
    },
    forget(voucherId) {
      waiting.remove(String(voucherId))
      for (const status of alarms) outOfStep.remove(String(voucherId), status)
    },
  }
}

/** Creates the metrics of one process in their own registry. */
export function createMetrics(): Metrics {
  const registry = new Registry()
  const { requestLatency, ...purchases } = purchaseMetrics([registry])
  return { registry, purchases, dispatch: dispatchMetrics([registry]), requestLatency }
}
