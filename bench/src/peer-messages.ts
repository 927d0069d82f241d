import type { Purchase } from 'seckill-workflows'
import type { PeerTerms } from './peers/peer.js'

/** A call to a peer's process; one at a time. */
export type PeerCall =
  | { readonly verb: 'open'; readonly value: PeerTerms }
  | { readonly verb: 'fill'; readonly value: readonly Purchase[] }
  | { readonly verb: 'work' | 'rest' | 'close'; readonly value: null }

/** A message of a peer's process: the answer to the call, or at any time that it will not finish. */
export type PeerAnswer =
  | { readonly kind: 'answer'; readonly value: unknown }
  | { readonly kind: 'error'; readonly reason: string; readonly missing: string | null }
  | { readonly kind: 'failure'; readonly reason: string }
