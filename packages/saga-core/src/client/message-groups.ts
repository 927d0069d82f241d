import { SagaError, SagaErrorCode } from '../saga-error.js'
import type { Message } from '../wire/set-wise.js'
import { jsonBytes } from '../wire/size-limits.js'
import { sagaMessageSignal } from '../workflow/messages.js'
import type { ClientContext } from './context.js'
import { ask } from './rpc.js'

/** Limits of one signal: it is sent when the first of them is reached. */
const group = { milliseconds: 20, lanes: 200, bytes: 256 * 1024 } as const

/** Messages to lanes, grouped by run and wait: a server takes a hundred times as many lanes a second in signals that name many. */
export interface MessageGroups {
  /** Resolves when the server has the signal with this message; the run keeps the first one to a lane's wait. */
  send(workflowId: string, wait: string, lane: string, message: Message): Promise<void>
  /** Sends the open groups, and resolves when the server has all messages. */
  flush(): Promise<void>
}

interface Group {
  readonly lanes: Map<string, Message>
  bytes: number
  readonly sent: Promise<void>
  readonly close: () => void
}

/** Queues by key: pieces of work of one key run one after another. */
function newLines() {
  const lines = new Map<string, Promise<void>>()
  return {
    all: () => [...lines.values()],
    join(key: string, work: () => Promise<void>): Promise<void> {
      const done = (lines.get(key) ?? Promise.resolve()).then(work)
      // The caller of a piece gets its error; the next piece of the key runs all the same.
      const over = done.catch(() => undefined)
      const line = over.then(() => {
        if (lines.get(key) === line) lines.delete(key)
      })
      lines.set(key, line)
      return done
    },
  }
}

/** Groups of one client. The signals of one run are sent one after another, so that a lane's first message stays its first. */
export function newMessageGroups(context: ClientContext): MessageGroups {
  const groups = new Map<string, Group>()
  const lines = newLines()

  function open(id: string, workflowId: string, wait: string): Group {
    const { promise: closed, resolve } = Promise.withResolvers<void>()
    const lanes = new Map<string, Message>()
    const handle = context.client.workflow.getHandle(workflowId)
    const send = () => handle.signal(sagaMessageSignal, { wait, lanes: Object.fromEntries(lanes) })
    const close = () => {
      clearTimeout(timer)
      groups.delete(id)
      resolve()
    }
    const timer = setTimeout(close, group.milliseconds)
    const sent = closed.then(() => lines.join(workflowId, () => ask(context, workflowId, send)))
    const opened = { lanes, bytes: 0, sent, close }
    groups.set(id, opened)
    return opened
  }

  return {
    send(workflowId, wait, lane, message) {
      const bytes = jsonBytes(message)
      if (bytes > group.bytes) {
        const text = `a message to lane "${lane}" has ${bytes} bytes, over ${group.bytes}: keep it in a table and send its key`
        return Promise.reject(new SagaError(SagaErrorCode.InputTooLarge, text))
      }
      const id = JSON.stringify([workflowId, wait])
      const last = groups.get(id)
      if (last && last.bytes + bytes > group.bytes) last.close()
      const into = groups.get(id) ?? open(id, workflowId, wait)
      if (into.lanes.has(lane)) return into.sent
      into.lanes.set(lane, message)
      into.bytes += bytes
      if (into.lanes.size >= group.lanes) into.close()
      return into.sent
    },
    async flush() {
      const last = [...groups.values()]
      for (const one of last) one.close()
      await Promise.all([...last.map(({ sent }) => sent), ...lines.all()])
    },
  }
}
