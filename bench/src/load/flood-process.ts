import { connect, type Socket } from 'node:net'
import type { FloodCounts, FloodOptions } from './flood.js'

const stepMs = 5
const longestDrainMs = 10_000
const statusLine = 'HTTP/1.1 '

/** The address of a sender; each is one of a network of its own. */
function addressOf(sender: number): string {
  return `198.18.${Math.floor(sender / 250)}.${sender % 250}`
}

/** Purchases that no honest client sends: without a token, and with a forged one. */
function requestsOf({ path, senders }: FloodOptions): readonly string[] {
  const claims = Buffer.from(JSON.stringify({ sub: '1', exp: 9_999_999_999 })).toString('base64url')
  const forged = `Authorization: Bearer ${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${claims}.${'a'.repeat(43)}\r\n`
  return Array.from({ length: senders }, (_, sender) => {
    const credential = sender % 2 === 0 ? '' : forged
    return `POST ${path} HTTP/1.1\r\nHost: flood\r\nX-Forwarded-For: ${addressOf(sender)}\r\n${credential}Content-Length: 0\r\n\r\n`
  })
}

/** Counts the answers of a connection by their status. */
function countAnswers(socket: Socket, counts: Map<string, number>): void {
  let rest = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    const text = rest + chunk
    let at = text.indexOf(statusLine)
    let end = 0
    while (at >= 0 && at + 12 <= text.length) {
      end = at + 12
      const status = text.slice(at + 9, end)
      counts.set(status, (counts.get(status) ?? 0) + 1)
      at = text.indexOf(statusLine, end)
    }
    rest = text.slice(Math.max(end, text.length - 11))
  })
}

/** Sends the garbage at its rate, whatever the answers are, and counts them. */
async function flood(options: FloodOptions): Promise<FloodCounts> {
  const { port, connections, rate, seconds } = options
  const requests = requestsOf(options)
  const counts = new Map<string, number>()
  const sockets = Array.from({ length: connections }, () => connect({ host: '127.0.0.1', port, noDelay: true }))
  for (const socket of sockets) countAnswers(socket, counts)
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve))))
  const startedAt = performance.now()
  const total = rate * seconds
  let sent = 0
  while (sent < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * rate))
    for (; sent < due; sent += 1) sockets[sent % connections]?.write(requests[sent % requests.length] ?? '')
    await new Promise((resolve) => setTimeout(resolve, stepMs))
  }
  const sentInSeconds = (performance.now() - startedAt) / 1_000
  const answered = (): number => [...counts.values()].reduce((sum, count) => sum + count, 0)
  const until = performance.now() + longestDrainMs
  while (answered() < sent && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, stepMs))
  for (const socket of sockets) socket.destroy()
  return { sent, seconds: sentInSeconds, answers: Object.fromEntries(counts) }
}

process.once('message', async (options: FloodOptions) => {
  process.send?.(await flood(options), () => process.disconnect())
})
