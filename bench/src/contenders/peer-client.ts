import { type ChildProcess, fork } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { nodeFlags } from 'seckill-cli/sale'
import type { PeerAnswer, PeerCall } from '../peer-messages.js'
import type { PeerName } from '../peers/index.js'
import { PeerMissing } from '../peers/peer.js'

/** The process of a peer, seen from the benchmark. */
export interface PeerClient {
  readonly pid: number
  /** @throws PeerMissing when its server cannot be had, or an Error with what the process said */
  call(call: PeerCall): Promise<unknown>
  /** Rejects when the process ends or says that it will not finish. */
  readonly failed: Promise<never>
  /** Ends the process. */
  end(): Promise<void>
}

const entry = fileURLToPath(new URL('../peer-process.js', import.meta.url))

/** Starts a peer's process; what it prints goes to the log file. */
export function startPeer(name: PeerName, logFile: string): PeerClient {
  const log = openSync(logFile, 'a')
  const env = { ...process.env, NODE_ENV: 'production' }
  // The sale's own processes have these flags.
  const execArgv = [...nodeFlags]
  const child = fork(entry, [name], { env, execArgv, serialization: 'advanced', stdio: ['ignore', log, log, 'ipc'] })
  closeSync(log)
  if (child.pid === undefined) throw new Error(`${name} could not be started: node ${entry}`)
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const failed = Promise.withResolvers<never>()
  // The caller that waits for it gets the error; no other needs it.
  failed.promise.catch(() => undefined)
  let ending = false
  void exited.then(
    () => ending || failed.reject(new Error(`The process of ${name} ended. Its log says why: ${logFile}`)),
  )
  child.on('message', (answer: PeerAnswer) => {
    if (answer.kind === 'failure') failed.reject(new Error(`${name} failed: ${answer.reason}`))
  })
  return {
    pid: child.pid,
    call: (call) => Promise.race([ask(child, call), failed.promise]),
    failed: failed.promise,
    async end() {
      ending = true
      child.kill('SIGKILL')
      await exited
    },
  }
}

function ask(child: ChildProcess, call: PeerCall): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (answer: PeerAnswer): void => {
      if (answer.kind === 'failure') return
      child.off('message', onMessage)
      if (answer.kind === 'answer') resolve(answer.value)
      else if (answer.missing !== null) reject(new PeerMissing(answer.missing))
      else reject(new Error(`${call.verb} failed: ${answer.reason}`))
    }
    child.on('message', onMessage)
    child.send(call)
  })
}
