import type { CDPSession, Page } from 'playwright-core'

/** A phone on a slow line: 400 kbit/s both ways, 400 ms to the server and back, a processor of a quarter of the speed. */
const line = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 }
const timesSlower = 4

/** A phone's screen. */
export const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const

/** Bytes of an answer on the line: its compressed body, and its headers. */
export interface AnswerBytes {
  readonly body: number
  readonly headers: number
}

/** A page on a slow line, and what came over it. */
export interface SlowPage {
  /** The answers that have come, by path. */
  answers(): ReadonlyMap<string, AnswerBytes>
  /** Lets the scripts of the page through, which are held back until then. @returns how many were held */
  letScriptsCome(): Promise<number>
}

/** Puts a page that is still empty on a slow line without its scripts. */
export async function putOnSlowLine(page: Page): Promise<SlowPage> {
  const held: (() => Promise<void>)[] = []
  let isHolding = true
  await page.route('**/*.js', async (route) => {
    if (isHolding) held.push(() => route.continue())
    else await route.continue()
  })
  const session = await page.context().newCDPSession(page)
  await session.send('Network.enable')
  await session.send('Network.clearBrowserCache')
  await session.send('Network.emulateNetworkConditions', line)
  await session.send('Emulation.setCPUThrottlingRate', { rate: timesSlower })
  const answers = countBytes(session)
  return {
    answers: () => answers,
    async letScriptsCome() {
      isHolding = false
      await Promise.all(held.map((go) => go()))
      return held.length
    },
  }
}

function countBytes(session: CDPSession): ReadonlyMap<string, AnswerBytes> {
  const begun = new Map<string, { readonly path: string; readonly headers: number }>()
  const answers = new Map<string, AnswerBytes>()
  session.on('Network.responseReceived', ({ requestId, response: { url, encodedDataLength: headers } }) => {
    begun.set(requestId, { path: new URL(url).pathname, headers })
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const { path, headers } = begun.get(requestId) ?? { path: 'unknown', headers: 0 }
    answers.set(path, { body: encodedDataLength - headers, headers })
  })
  return answers
}

/** The milliseconds after which the page painted something; undefined until it has. */
export function firstPaintMs(page: Page): Promise<number | undefined> {
  return page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
}
