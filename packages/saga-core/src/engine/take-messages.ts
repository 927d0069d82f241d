import { whatIsWrong } from '../check-value.js'
import type { WaitDefinition } from '../definition.js'
import type { Message } from '../wire.js'
import type { Lane } from './lane.js'
import type { Run } from './run.js'

/** Messages to lanes that wait at a step. */
export interface LaneMessages {
  readonly wait: string
  readonly lanes: { readonly [key: string]: Message }
}

/** How many messages lanes took, and how many changed nothing. */
export interface TakenMessages {
  readonly taken: number
  readonly unused: number
}

/**
 * Gives lanes their messages. The first to each wait counts; one that is doubled, late, for nobody, or not what the wait takes changes
 * nothing. A signal written by hand may hold anything, and an error would fail every task of the run from then on.
 */
export function takeMessages(run: Run, lanes: ReadonlyMap<string, Lane>, messages: LaneMessages): TakenMessages {
  const { wait, lanes: byKey } = recordOf(messages)
  const awaited = run.steps.find(({ name }) => name === wait)?.wait
  const sent = Object.entries(recordOf(byKey))
  let taken = 0
  for (const [key, message] of sent) {
    const lane = lanes.get(key)
    if (!awaited || !lane || !mayTake(lane, wait as string) || !isMessage(awaited, message)) continue
    lane.inbox[wait as string] = message
    taken += 1
  }
  return { taken, unused: sent.length - taken }
}

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {}

const mayTake = (lane: Lane, wait: string): boolean =>
  lane.status !== 'ended' && !lane.inbox[wait] && !(wait in lane.results)

/** A value that is `undefined` does not travel: the message is then an empty object. Another object is no message, but a bare value. */
function isMessage({ message: schema }: WaitDefinition, message: unknown): message is Message {
  if (typeof message !== 'object' || message === null) return false
  if ('refuse' in message) return typeof message.refuse === 'string'
  const isValue = 'value' in message || Object.keys(message).length === 0
  return isValue && whatIsWrong(schema, (message as { readonly value?: unknown }).value) === undefined
}
