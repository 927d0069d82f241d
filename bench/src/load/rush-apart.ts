import { fileURLToPath } from 'node:url'
import type { RushOptions, RushReport } from 'seckill-cli/rush'
import { startApart } from './start-apart.js'

export type RushApart = Omit<RushOptions, 'signal'>

/** The messages of the process of a rush: that the first request is about to leave, and the report. */
export type RushMessage = { readonly kind: 'begins' } | { readonly kind: 'ended'; readonly report: RushReport }

const entry = fileURLToPath(new URL('./rush-process.js', import.meta.url))

/** Sends a rush from a process of its own, so that no latency beside it is that of its sender; resolves when the rush begins. */
export async function startRushApart(options: RushApart): Promise<{ readonly ended: Promise<RushReport> }> {
  const begins = Promise.withResolvers<void>()
  const reported = Promise.withResolvers<RushReport>()
  const { ended } = await startApart<RushMessage>(entry, options, (message) => {
    if (message.kind === 'begins') begins.resolve()
    else reported.resolve(message.report)
  })
  await Promise.race([begins.promise, ended])
  return { ended: Promise.race([reported.promise, ended]) }
}
