// The process of one peer: takes calls from the benchmark over IPC and answers them in turn.
import { PEERS, type PeerName } from './peers/index.js'
import { type OpenPeer, PeerMissing, type PeerTerms } from './peers/peer.js'
import type { PeerAnswer, PeerCall } from './peer-messages.js'

const name = process.argv[2] as PeerName
let open: OpenPeer | undefined

const send = (answer: PeerAnswer): void => {
  process.send?.(answer)
}

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error))

async function answer({ verb, value }: PeerCall): Promise<unknown> {
  if (verb === 'open') {
    open = await PEERS[name].open(value as PeerTerms)
    const { versions, durability, processes } = open
    return { versions, durability, processes }
  }
  if (open === undefined) throw new Error(`${name} was asked to ${verb} before it was open`)
  switch (verb) {
    case 'fill':
      return open.fill(value)
    case 'drain':
      return open.drain((error) => send({ kind: 'failure', reason: describe(error) }))
    case 'rest':
      return open.rest()
    case 'close':
      return open.close()
  }
}

process.on('message', (call: PeerCall) => {
  void answer(call).then(
    (value) => send({ kind: 'answer', value }),
    (error: unknown) =>
      send({ kind: 'error', reason: describe(error), missing: error instanceof PeerMissing ? error.message : null }),
  )
})
// The benchmark that started it is gone.
process.on('disconnect', () => process.exit(1))
