import { checkValue } from '../../definition/check-value.js'
import type { WaitDefinition } from '../../definition/definition.js'
import type { Message } from '../../wire/set-wise.js'
import type { Lane } from '../run/lane.js'
import type { Run } from '../run/run.js'

/** Messages to lanes that wait at a step, or whose compensation of a step is unconfirmed. */
export interface LaneMessages {
  /** The step's name. */
  readonly wait: string
  readonly lanes: { readonly [key: string]: Message }
}

/** The number of messages that lanes took, and of those that changed nothing. */
export interface TakenMessages {
  readonly taken: number
  readonly unused: number
}

/**
 * Gives lanes their messages. The first message to each wait counts; one that is doubled, late, for an unknown lane, or against the wait's
 * schema changes nothing. Every message to an unconfirmed compensation makes the engine call it again at once. This function throws
 * for no signal, however malformed: an error would fail every later workflow task of the run.
 */
export function takeMessages(run: Run, lanes: ReadonlyMap<string, Lane>, messages: LaneMessages): TakenMessages {
  const { wait, lanes: byKey } = recordOf(messages)
  const awaited = run.steps.find(({ name }) => name === wait)?.wait
  const sent = Object.entries(recordOf(byKey))
  let taken = 0
  for (const [key, message] of sent) {
    const lane = lanes.get(key)
    if (lane && nudge(run, lane, wait as string)) taken += 1
    if (!awaited || !lane || !mayTake(lane, wait as string)) continue
    const read = readMessage(awaited, message)
    if (!read) continue
    lane.inbox[wait as string] = read
    taken += 1
  }
  return { taken, unused: sent.length - taken }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return { ...(value as object) }
}

/** Has the lane's unconfirmed compensations of this step, one for each element of a list, called again; reports whether there are any. */
function nudge(run: Run, lane: Lane, name: string): boolean {
  const open = lane.parts.filter((part) => part.step.name === name && !part.step.child && run.underWay.has(part))
  for (const part of open) part.isNudged = true
  return open.length > 0
}

function mayTake(lane: Lane, wait: string): boolean {
  return lane.status !== 'ended' && !lane.inbox[wait] && !(wait in lane.results)
}

/**
 * The message with the value that the wait's schema returns; `undefined` for a value that is no message. JSON leaves an `undefined` value
 * out, so an empty object is a message; any other object without `value` and `refuse` is a bare value and no message.
 */
function readMessage({ message: schema }: WaitDefinition, message: unknown): Message | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  if ('refuse' in message) return typeof message.refuse === 'string' ? { refuse: message.refuse } : undefined
  if (!('value' in message) && Object.keys(message).length > 0) return undefined
  const checked = checkValue(schema, (message as { readonly value?: unknown }).value)
  return checked.ok ? { value: checked.value } : undefined
}
