import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { messageTo } from '../../test/outgoing-message.js'
import { startWebhookReceiver, type WebhookReceiver } from '../../test/webhook-receiver.js'
import { MessageRefused } from './channel.js'
import { createWebhookChannel } from './webhook.js'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const channel = createWebhookChannel(8)
const inTime = () => AbortSignal.timeout(5_000)

let receiver: WebhookReceiver
beforeEach(async () => {
  receiver = await startWebhookReceiver(secret)
})
afterEach(() => receiver.close())

function message(webhookSecret = secret) {
  return messageTo({ webhookUrl: receiver.url, webhookSecret })
}

describe('the channel webhook', () => {
  it('posts a message signed with its user’s secret, under the id of the notification', async () => {
    await channel.send(message(), inTime())
    const { title, text } = message()
    expect(receiver.taken).toMatchObject([
      {
        id: '7-abc.WON',
        body: {
          type: 'notification.won',
          timestamp: '2026-11-30T00:53:20.000Z',
          data: { traceId: '7-abc', title, text },
        },
      },
    ])
    expect(JSON.stringify(receiver.taken)).not.toContain(secret)
    await channel.send(message(`whsec_${Buffer.alloc(32, 8).toString('base64')}`), inTime())
    expect(receiver.forged).toBe(1)
  })

  it.each([302, 404, 429, 500])('takes status %s as a failure that is tried again', async (status) => {
    receiver.answerWith(status)
    const failure = channel.send(message(), inTime())
    await expect(failure).rejects.toThrow(`status ${status}`)
    await expect(failure).rejects.not.toBeInstanceOf(MessageRefused)
    expect(receiver.requests).toBe(1)
  })

  it('takes status 410 as the end of the message', async () => {
    receiver.answerWith(410)
    await expect(channel.send(message(), inTime())).rejects.toBeInstanceOf(MessageRefused)
  })

  it('breaks an attempt off at its time limit when the receiver is silent', async () => {
    receiver.answerWith('silence')
    await expect(channel.send(message(), AbortSignal.timeout(50))).rejects.toThrow(/timeout/)
  })

  it('reaches a user by the origin of his URL, and none without a URL', () => {
    expect(channel.destinationOf(message().recipient)).toBe(new URL(receiver.url).origin)
    expect(channel.destinationOf(messageTo({}).recipient)).toBeUndefined()
  })
})
