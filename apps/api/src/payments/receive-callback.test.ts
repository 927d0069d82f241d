import { CallbackRejectedError, type CallbackRejection, type PaymentCallback } from 'seckill-payment'
import { expect, it, vi } from 'vitest'
import type { PaymentMetrics } from './payment-metrics.js'
import { createReceiveCallback } from './receive-callback.js'

const request = { headers: {}, body: Buffer.from('text') }

function receiving(read: () => PaymentCallback | undefined) {
  const kept: string[] = []
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const metrics = { callback: vi.fn(), quarantined: vi.fn() }
  const receive = createReceiveCallback({
    provider: { readCallback: read },
    inbox: { put: vi.fn(async () => undefined) },
    async quarantine(reason: CallbackRejection, body: string) {
      kept.push(`${reason} ${body}`)
      await released
    },
    metrics: metrics as unknown as PaymentMetrics,
  })
  return { receive, kept, release, metrics }
}

function unsigned(): never {
  throw new CallbackRejectedError('UNSIGNED', 'no signature')
}

it('a flood of rejected callbacks keeps two at a time and counts them all', async () => {
  const { receive, kept, release, metrics } = receiving(unsigned)
  const flood = Array.from({ length: 100 }, () => receive(request).catch((error: { code: string }) => error.code))
  await Promise.all(flood.slice(2))
  expect(kept).toEqual(['UNSIGNED text', 'UNSIGNED text'])
  release()
  expect(new Set(await Promise.all(flood))).toEqual(new Set(['CALLBACK_REJECTED']))
  expect(metrics.quarantined).toHaveBeenCalledTimes(100)
  await receive(request).catch(() => undefined)
  expect(kept).toHaveLength(3)
})

it('a genuine callback of no interest is ignored, and an error of the reader is not swallowed', async () => {
  const { receive, metrics } = receiving(() => undefined)
  await receive(request)
  expect(metrics.callback).toHaveBeenCalledExactlyOnceWith('ignored')
  const broken = receiving(() => {
    throw new TypeError('a fault')
  })
  await expect(broken.receive(request)).rejects.toThrow('a fault')
})
