import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'

/** A mail that the server has taken. */
interface TakenMail {
  readonly to: string
  /** The headers by their names in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly source: string
}

/** An SMTP server. */
export interface MailServer {
  readonly url: string
  readonly port: number
  readonly taken: readonly TakenMail[]
  close(): Promise<void>
}

/** Starts an SMTP server that takes every mail, unless its options refuse it. */
export async function startMailServer(options: SMTPServerOptions = {}, port = 0): Promise<MailServer> {
  const taken: TakenMail[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, callback) {
      text(stream).then((source) => {
        taken.push({ to: session.envelope.rcptTo[0]?.address ?? '', headers: headersOf(source), source })
        callback()
      }, callback)
    },
    ...options,
  })
  // A client that is killed resets its connection.
  server.on('error', () => {})
  const listening = server.listen(port, '127.0.0.1')
  await once(listening, 'listening')
  const bound = (listening.address() as AddressInfo).port
  return {
    url: `smtp://127.0.0.1:${bound}`,
    port: bound,
    taken,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function headersOf(source: string): ReadonlyMap<string, string> {
  const [head = ''] = source.split('\r\n\r\n', 1)
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
}
