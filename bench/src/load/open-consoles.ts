/** Consoles that are open, each with a session and an event stream of its own. */
export interface OpenConsoles {
  /** Ends the streams. @returns what each console got. @throws Error for one whose figures could not be read */
  close(): Promise<readonly ConsoleUpdates[]>
}

/** The updates of one console. */
interface ConsoleUpdates {
  readonly updatesASecond: number
  /** From one update to the next, or to the end, in milliseconds. */
  readonly longestPauseMs: number
}

/** Opens consoles as the page does: a sign-in with one click, then the live events. */
export async function openConsoles(adminUrl: string, count: number): Promise<OpenConsoles> {
  const closing = new AbortController()
  const consoles = await Promise.all(Array.from({ length: count }, () => openConsole(adminUrl, closing.signal)))
  return {
    async close() {
      closing.abort()
      return Promise.all(consoles.map(({ ended }) => ended))
    },
  }
}

/** The stream is open, and has sent its first update. */
async function openConsole(adminUrl: string, signal: AbortSignal) {
  const cookie = await signIn(adminUrl)
  const response = await fetch(`${adminUrl}/admin/v1/live/events`, { headers: { cookie }, signal })
  if (!response.ok || response.body === null) throw new Error(`A console was answered ${response.status}.`)
  const first = Promise.withResolvers<void>()
  const ended = follow(response.body, signal, first.resolve)
  await Promise.race([first.promise, ended])
  ended.catch(() => undefined)
  return { ended }
}

async function signIn(adminUrl: string): Promise<string> {
  const response = await fetch(`${adminUrl}/admin/v1/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: new URL(adminUrl).origin },
    body: JSON.stringify({ role: 'operator' }),
  })
  if (!response.ok) throw new Error(`The sign-in of a console was answered ${response.status}.`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
}

async function follow(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  onUpdate: () => void,
): Promise<ConsoleUpdates> {
  const decoder = new TextDecoder()
  const times: number[] = []
  let rest = ''
  try {
    for await (const bytes of body) {
      const frames = `${rest}${decoder.decode(bytes, { stream: true })}`.split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) {
        if (frame.startsWith('event: trouble')) throw new Error(`A console's figures could not be read: ${frame}`)
        if (!frame.startsWith('event: live')) continue
        times.push(performance.now())
        onUpdate()
      }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  if (!signal.aborted) throw new Error('The API ended the stream of a console.')
  const pauses = [...times.slice(1), performance.now()].map((at, nth) => at - (times[nth] ?? at))
  return {
    updatesASecond: (1_000 * (times.length - 1)) / ((times.at(-1) ?? 0) - (times[0] ?? 0)),
    longestPauseMs: Math.max(...pauses),
  }
}
