import {
  CallbackRejectedError,
  type CallbackRejection,
  type CallbackRequest,
  type PaymentProvider,
} from 'seckill-payment'
import { ApiError } from '../http/api-error.js'
import { orUnavailable } from '../http/or-unavailable.js'
import type { CallbackInbox } from './callback-inbox.js'
import type { PaymentMetrics } from './payment-metrics.js'

export interface ReceiveCallbackDependencies {
  readonly provider: Pick<PaymentProvider, 'readCallback'>
  readonly inbox: CallbackInbox
  /** Keeps a callback that cannot be trusted. */
  readonly quarantine: (reason: CallbackRejection, body: string) => Promise<unknown>
  readonly metrics: PaymentMetrics
}

/** Takes one callback; resolves once it is committed. @throws ApiError CALLBACK_REJECTED, UNAVAILABLE */
export type ReceiveCallback = (request: CallbackRequest) => Promise<void>

const messageIdForm = /^[\x21-\x7e]{1,160}$/
/** Anyone can send a callback that is rejected: those beyond are counted, not kept. */
const mostRejectedAtOnce = 2

export function createReceiveCallback(dependencies: ReceiveCallbackDependencies): ReceiveCallback {
  const { provider, inbox, quarantine, metrics } = dependencies
  let keeping = 0

  const reject = async (reason: CallbackRejection, body: Buffer, cause: unknown): Promise<never> => {
    metrics.callback('rejected')
    metrics.quarantined(reason)
    if (keeping < mostRejectedAtOnce) {
      keeping += 1
      await orUnavailable(quarantine(reason, body.toString())).finally(() => {
        keeping -= 1
      })
    }
    throw new ApiError('CALLBACK_REJECTED', { data: { reason }, cause })
  }

  const read = async (request: CallbackRequest) => {
    try {
      const callback = provider.readCallback(request)
      if (callback === undefined || messageIdForm.test(callback.messageId)) return callback
    } catch (error) {
      if (error instanceof CallbackRejectedError) return reject(error.reason, request.body, error)
      throw error
    }
    return reject(
      'MALFORMED',
      request.body,
      new Error('The id of the callback is not 1 to 160 visible ASCII characters.'),
    )
  }

  return async (request) => {
    const callback = await read(request)
    if (callback === undefined) return metrics.callback('ignored')
    await inbox.put({ ...callback, body: request.body.toString() }).catch((error: unknown) => {
      metrics.callback('failed')
      throw error
    })
  }
}
