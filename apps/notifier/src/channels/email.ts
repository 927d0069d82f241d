import { createTransport } from 'nodemailer'
import { type Channel, MessageRefused } from './channel.js'

/** The mail server, and the limits of one attempt. */
export interface EmailOptions {
  readonly smtpUrl: string
  readonly from: string
  readonly atOnce: number
  readonly sendTimeoutMs: number
}

/** Creates the channel that hands mails to an SMTP server, over as many connections as messages are sent at once. */
export function createEmailChannel({ smtpUrl, from, atOnce, sendTimeoutMs }: EmailOptions): Channel {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: atOnce,
    // The outbox tries again; a mail that the pool queued anew would outlive its attempt.
    maxRequeues: 0,
    connectionTimeout: sendTimeoutMs,
    greetingTimeout: sendTimeoutMs,
    socketTimeout: sendTimeoutMs,
    dnsTimeout: sendTimeoutMs,
  })
  const domain = from.slice(from.lastIndexOf('@') + 1)
  const server = new URL(smtpUrl).host
  return {
    name: 'email',
    atOnce,
    destinationOf: ({ email }) => (email === null ? undefined : server),
    async send({ id, language, title, text, recipient }, signal) {
      if (recipient.email === null) throw new MessageRefused('the user has no e-mail address')
      const headers = { 'Auto-Submitted': 'auto-generated', 'Content-Language': language }
      const mail = { from, to: recipient.email, subject: title, text, messageId: `<${id}@${domain}>`, headers }
      await transport.sendMail({ ...mail, signal }).catch((error: unknown) => {
        throw isRefusal(error) ? new MessageRefused((error as Error).message) : error
      })
    },
    close: () => transport.close(),
  }
}

/** The server refuses this mailbox or this mail with a code of 500 or more; a refusal of the sender or of the login concerns every mail, and is tried again. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const { command, responseCode } = error as { command?: unknown; responseCode?: unknown }
  return (command === 'RCPT TO' || command === 'DATA') && typeof responseCode === 'number' && responseCode >= 500
}
