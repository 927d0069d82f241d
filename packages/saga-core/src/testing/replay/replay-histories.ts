import type { ReplayWorkerOptions } from '@temporalio/worker'
import { type RecordedHistory, readHistories } from './history-file.js'
import { fromProtoJson } from './proto-json.js'
import { warningSinks } from './warning-sinks.js'

/** The result of replaying one history. */
export interface HistoryReplay {
  readonly name: string
  readonly workflowType: string
  readonly events: number
  /** Absent when the code gives the commands of the history. */
  readonly failure?: ReplayFailure
}

/** The reason for which a history cannot be replayed. */
export interface ReplayFailure {
  /**
   * `determinism`: the code gives other commands than the history. `lost step`: a parked or carried lane has started a step that the definition
   * does not have under its name. `other`: the replay itself failed.
   */
  readonly kind: 'determinism' | 'lost step' | 'other'
  readonly message: string
}

/** The histories of a replay, and the workflow code they are replayed against. */
export type ReplayOptions = Pick<
  ReplayWorkerOptions,
  'dataConverter' | 'workflowBundle' | 'workflowsPath' | 'bundlerOptions'
> &
  ({ readonly directory: string } | { readonly histories: readonly RecordedHistory[] })

/**
 * Replays recorded histories against the code of a bundle or path, without a server, one after another, and answers them in their order.
 * Needs the packages `@temporalio/worker` and `@temporalio/proto`.
 *
 * @throws Error when there is no history, or the workflows cannot be bundled.
 * @example
 * const replays = await replayHistories({ directory: 'test/histories', workflowsPath: require.resolve('./workflows') })
 * expect(replays.filter(({ failure }) => failure)).toEqual([])
 */
export async function replayHistories(options: ReplayOptions): Promise<readonly HistoryReplay[]> {
  const { Worker } = await import('@temporalio/worker')
  const { temporal } = await importMessages()
  const { histories, worker } = await split(options)
  const decoded = histories.map(({ workflowId, history }) => ({
    workflowId,
    history: temporal.api.history.v1.History.fromObject(fromProtoJson(history) as object),
  }))
  const replays: HistoryReplay[] = []
  let warnings: string[] = []
  const sinks = warningSinks((warning) => warnings.push(warning))
  for await (const { error } of Worker.runReplayHistories({ ...worker, sinks }, decoded)) {
    const { name, workflowType, history } = histories[replays.length] as RecordedHistory
    const events = history.events.length
    const failure = error ? toFailure(error) : toLost(warnings)
    warnings = []
    replays.push({ name, workflowType, events, ...(failure && { failure }) })
  }
  return replays
}

/** Node finds no named exports in Temporal's CommonJS module of messages. */
async function importMessages(): Promise<typeof import('@temporalio/proto')> {
  const messages = await import('@temporalio/proto')
  return 'default' in messages ? (messages.default as typeof messages) : messages
}

async function split(options: ReplayOptions) {
  if ('histories' in options) {
    const { histories, ...worker } = options
    if (histories.length === 0) throw new Error('There is no history to replay. Record some with recordHistories.')
    return { histories, worker }
  }
  const { directory, ...worker } = options
  return { histories: await readHistories(directory), worker }
}

function toLost(warnings: readonly string[]): ReplayFailure | undefined {
  return warnings.length > 0 ? { kind: 'lost step', message: [...new Set(warnings)].join('; ') } : undefined
}

function toFailure({ name, message }: Error): ReplayFailure {
  return {
    kind: name === 'DeterminismViolationError' ? 'determinism' : 'other',
    // The reason stands in the text of a Rust structure.
    message: /\[TMPRL\d+\] (?:Nondeterminism error: )?(.*?)", source/.exec(message)?.[1] ?? message,
  }
}
