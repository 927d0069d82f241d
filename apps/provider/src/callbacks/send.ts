import { Webhook } from 'standardwebhooks'
import type { Callback } from '../state/records.js'

/** Sends a callback once. Resolves with undefined when it was taken, else with the problem in a few words; never rejects. */
export type Send = (callback: Pick<Callback, 'id' | 'url' | 'body'>, signal: AbortSignal) => Promise<string | undefined>

/** What callbacks are signed and sent with. */
export interface SendOptions {
  /** One secret, or two while it is rotated: each signs, so that a receiver that knows either is content. */
  readonly secrets: readonly string[]
  /** The time that a receiver has to answer, in milliseconds. */
  readonly timeoutMs: number
}

/** Creates a sender that signs by Standard Webhooks. A redirection is no answer: it is not followed. */
export function createSend({ secrets, timeoutMs }: SendOptions): Send {
  const signers = secrets.map((secret) => new Webhook(secret))
  return async ({ id, url, body }, signal) => {
    const now = new Date()
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'seckill-provider',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
      'webhook-signature': signers.map((signer) => signer.sign(id, now, body)).join(' '),
    }
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
    try {
      const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: limit })
      await response.body?.cancel()
      return response.ok ? undefined : `status ${response.status}`
    } catch (error) {
      return problemOf(error)
    }
  }
}

/** `fetch` hides what went wrong in the cause. */
function problemOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof Error && 'code' in cause) return String(cause.code)
  return cause instanceof Error ? cause.message : error.message
}
