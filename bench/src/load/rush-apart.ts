import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { RushOptions, RushReport } from 'seckill-cli/rush'

export type RushApart = Omit<RushOptions, 'signal'>

/** The messages of the process of a rush: that the first request is about to leave, and the report. */
export type RushMessage = { readonly kind: 'begins' } | { readonly kind: 'ended'; readonly report: RushReport }

const entry = fileURLToPath(new URL('./rush-process.js', import.meta.url))

/** Sends a rush from a process of its own, so that no latency beside it is that of its sender; resolves when the rush begins. */
export async function startRushApart(options: RushApart): Promise<{ readonly ended: Promise<RushReport> }> {
  const child = fork(entry, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const begins = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<RushReport>()
  ended.promise.catch(() => undefined)
  child.on('message', (message: RushMessage) => {
    if (message.kind === 'begins') begins.resolve()
    else ended.resolve(message.report)
  })
  // Every message has come before; an exit may come before the last one.
  child.once('disconnect', () => {
    const error = new Error('The process of a rush ended before its report.')
    begins.reject(error)
    ended.reject(error)
  })
  await once(child, 'spawn')
  child.send(options)
  await begins.promise
  return { ended: ended.promise }
}
