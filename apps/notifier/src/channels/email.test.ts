import { afterEach, describe, expect, it } from 'vitest'
import { type MailServer, startMailServer } from '../../test/mail-server.js'
import { messageTo } from '../../test/outgoing-message.js'
import { type Channel, MessageRefused } from './channel.js'
import { createEmailChannel } from './email.js'

const inTime = () => AbortSignal.timeout(5_000)
const lin = messageTo({ email: 'lin@example.com' })

let server: MailServer | undefined
let channel: Channel | undefined
afterEach(async () => {
  channel?.close()
  await server?.close()
  server = undefined
})

function open(smtpUrl: string): Channel {
  channel = createEmailChannel({ smtpUrl, from: 'sale@shop.example', atOnce: 2, sendTimeoutMs: 1_000 })
  return channel
}

function refusing(code: number) {
  return Object.assign(new Error('not here'), { responseCode: code })
}

describe('the channel email', () => {
  it('hands a mail to the server, in the language of its user and under the id of the notification', async () => {
    server = await startMailServer()
    await open(server.url).send(lin, inTime())
    const [mail] = server.taken
    expect(mail?.to).toBe('lin@example.com')
    expect(mail?.headers.get('message-id')).toBe('<7-abc.WON@shop.example>')
    expect(mail?.headers.get('from')).toBe('sale@shop.example')
    expect(mail?.headers.get('content-language')).toBe('zh-CN')
    expect(mail?.headers.get('auto-submitted')).toBe('auto-generated')
    const body = mail?.source.split('\r\n\r\n')[1] ?? ''
    expect(Buffer.from(body, 'base64').toString()).toBe(lin.text)
  })

  it.each([
    ['a line of a header', 'Won\r\nBcc: thief@example.com\r\nX-Hacked: 1'],
    ['markup', '<img src=x onerror="alert(1)">'],
    ['a name from right to left', 'عرض خاص \u202eמבצע\u202c'],
    ['emoji of 200 characters', '🎁'.repeat(100)],
  ])('sends a title that has %s as text in the one subject, to its user alone', async (_what, title) => {
    server = await startMailServer()
    await open(server.url).send({ ...lin, title, text: title }, inTime())
    const [{ to, headers, source } = { to: '', headers: new Map<string, string>(), source: '' }] = server.taken
    expect(to).toBe('lin@example.com')
    expect([...headers.keys()].filter((name) => name === 'bcc' || name === 'x-hacked')).toEqual([])
    expect(source.match(/^subject:/gim)).toHaveLength(1)
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
  })

  it('uses its connections again', async () => {
    let connections = 0
    server = await startMailServer({
      onConnect(_session, callback) {
        connections += 1
        callback()
      },
    })
    const email = open(server.url)
    for (const _ of Array.from({ length: 10 })) await email.send(lin, inTime())
    expect(server.taken).toHaveLength(10)
    expect(connections).toBeLessThanOrEqual(2)
  })

  it('takes an unknown mailbox as the end of the message', async () => {
    server = await startMailServer({ onRcptTo: (_address, _session, callback) => callback(refusing(550)) })
    await expect(open(server.url).send(lin, inTime())).rejects.toBeInstanceOf(MessageRefused)
  })

  it.each([
    ['a mailbox that is busy', { onRcptTo: (_address, _session, callback) => callback(refusing(450)) }],
    ['a sender that is refused', { onMailFrom: (_address, _session, callback) => callback(refusing(550)) }],
    ['a server without room', { onConnect: (_session, callback) => callback(refusing(421)) }],
  ] satisfies readonly [string, Parameters<typeof startMailServer>[0]][])(
    'takes %s as a failure that is tried again',
    async (_name, options) => {
      server = await startMailServer(options)
      const failure = open(server.url).send(lin, inTime())
      await expect(failure).rejects.toThrow()
      await expect(failure).rejects.not.toBeInstanceOf(MessageRefused)
    },
  )

  it('fails within its time limit when the server is silent, and when there is none', async () => {
    server = await startMailServer({ onConnect: () => {} })
    await expect(open(server.url).send(lin, AbortSignal.timeout(100))).rejects.toThrow()
    channel?.close()
    const { url } = server
    await server.close()
    server = undefined
    await expect(open(url).send(lin, inTime())).rejects.toThrow(/ECONNREFUSED/)
  })
})
