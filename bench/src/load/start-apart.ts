import { fork } from 'node:child_process'
import { once } from 'node:events'

/**
 * Sends options to a process of its own, and has `heard` called with each message of it. The answered promise rejects when the process has ended;
 * every message has come before, which an exit does not promise.
 */
export async function startApart<TMessage>(
  entry: string,
  options: object,
  heard: (message: TMessage) => void,
): Promise<{ readonly ended: Promise<never> }> {
  const child = fork(entry, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'disconnect').then((): never => {
    throw new Error(`${entry} has ended before its last message.`)
  })
  ended.catch(() => undefined)
  child.on('message', (message) => heard(message as TMessage))
  await once(child, 'spawn')
  child.send(options)
  return { ended }
}
