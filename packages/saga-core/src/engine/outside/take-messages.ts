import { checkValue } from '../../definition/check-value.js'
import type { WaitDefinition } from '../../definition/definition.js'
import type { Message } from '../../wire/set-wise.js'
import type { Lane } from '../lane.js'
import type { Run } from '../run.js'

/** Messages to lanes that wait at a step, or whose compensation of a step is not confirmed. */
export interface LaneMessages {
  /** The step's name. */
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
 * nothing. To a compensation that is not confirmed each says to ask again, whatever it is. A signal written by hand may hold anything,
 * and an error would fail every task of the run from then on.
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

const recordOf = (value: unknown): Readonly<Record<string, unknown>> => ({ ...(value as object) })

/** True where compensations of this step, of each element of a list, are asked for: what is pending is asked again. */
function nudge(run: Run, lane: Lane, name: string): boolean {
  const open = lane.parts.filter((part) => part.step.name === name && !part.step.child && run.underWay.has(part))
  for (const part of open) part.isNudged = true
  return open.length > 0
}

const mayTake = (lane: Lane, wait: string): boolean =>
  lane.status !== 'ended' && !lane.inbox[wait] && !(wait in lane.results)

/**
 * A message as the wait takes it, with what its schema makes of the value. A value that is `undefined` does not travel: the message is then
 * an empty object. Another object is no message, but a bare value.
 */
function readMessage({ message: schema }: WaitDefinition, message: unknown): Message | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  if ('refuse' in message) return typeof message.refuse === 'string' ? { refuse: message.refuse } : undefined
  if (!('value' in message) && Object.keys(message).length > 0) return undefined
  const checked = checkValue(schema, (message as { readonly value?: unknown }).value)
  return checked.ok ? { value: checked.value } : undefined
}
