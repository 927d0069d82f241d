// The process of one peer: takes calls from the benchmark over IPC and answers them in turn.

import type { PeerAnswer, PeerCall } from './peer-messages.js'
import { type PeerName, peers } from './peers/index.js'
import { type OpenPeer, PeerMissing } from './peers/peer.js'

const name = process.argv[2] as PeerName
let open: OpenPeer | undefined

function send(answer: PeerAnswer): void {
  process.send?.(answer)
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

async function answer(call: PeerCall): Promise<unknown> {
  switch (call.verb) {
    case 'open': {
      open = await peers[name].open(call.value)
      const { versions, durability, processes } = open
      return { versions, durability, processes }
    }
    case 'fill':
      return opened().fill(call.value)
    case 'work':
      return opened().work((error) => send({ kind: 'failure', reason: describe(error) }))
    case 'rest':
      return opened().rest()
    case 'close':
      return opened().close()
  }
}

function opened(): OpenPeer {
  if (open === undefined) throw new Error(`The peer ${name} was called before it was open.`)
  return open
}

process.on('message', (call: PeerCall) => {
  void answer(call).then(
    (value) => send({ kind: 'answer', value }),
    (error: unknown) =>
      send({ kind: 'error', reason: describe(error), missing: error instanceof PeerMissing ? error.message : null }),
  )
})
// The benchmark that started this process has ended.
process.on('disconnect', () => process.exit(1))
