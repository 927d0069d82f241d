import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join, parse } from 'node:path'

/** A run's history, as `recordHistories`, the Temporal CLI and the Web UI write it. */
export interface RecordedHistory {
  /** The name in reports: the file's name without its ending. */
  readonly name: string
  /** The id the run had; ids of children begin with it. */
  readonly workflowId: string
  readonly workflowType: string
  /** Temporal's history as JSON. */
  readonly history: { readonly events: readonly HistoryEvent[] }
}

/** An event of a history as JSON. */
export type HistoryEvent = { readonly [field: string]: unknown }

/**
 * Reads all `.json` files of a directory as histories, in the order of their names.
 *
 * @throws Error when a file is not a history, or the directory holds none.
 * @example
 * const histories = await readHistories('test/histories')
 */
export async function readHistories(directory: string): Promise<readonly RecordedHistory[]> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.json')).toSorted()
  if (files.length === 0)
    throw new Error(`The directory ${directory} holds no histories. Record some with recordHistories.`)
  return Promise.all(
    files.map(async (file) => toRecorded(parse(file).name, JSON.parse(await readFile(join(directory, file), 'utf8')))),
  )
}

interface Started {
  readonly workflowId?: string
  readonly workflowType?: { readonly name?: string }
}

/**
 * Reads the JSON of a history, with the workflow id and type of its first event.
 *
 * @throws Error when it is not the history of a whole run.
 * @example
 * const history = toRecorded('trip-1', JSON.parse(await readFile('trip-1.json', 'utf8')))
 */
export function toRecorded(name: string, json: unknown): RecordedHistory {
  const { events } = (json ?? {}) as { readonly events?: readonly HistoryEvent[] }
  const started = events?.[0]?.workflowExecutionStartedEventAttributes as Started | undefined
  if (!events || !started) {
    throw new Error(`"${name}" is not the history of a whole run: its first event is not the start. Record it again.`)
  }
  return {
    name,
    workflowId: started.workflowId ?? name,
    workflowType: started.workflowType?.name ?? '',
    history: { events },
  }
}

/** The longest name of a file before its hash: most file systems take 255 bytes. */
const longestName = 200

/** The file of a run; a long name, as of a workflow id in Chinese, is cut and ends with its hash, so that each run has its own file. */
export function toFileName(name: string): string {
  const encoded = encodeURIComponent(name.toWellFormed())
  if (encoded.length <= longestName && name.isWellFormed()) return `${encoded}.json`
  const hash = createHash('sha256').update(JSON.stringify(name)).digest('base64url').slice(0, 16)
  return `${encoded.slice(0, longestName)}-${hash}.json`
}

/** Fields that no replay reads: stacks with their paths, the details for the Web UI, and the server's own numbers. */
const unread: ReadonlySet<string> = new Set([
  'stackTrace',
  'userMetadata',
  'taskId',
  'workerVersion',
  'meteringMetadata',
  'requestId',
  'normalName',
])

/** A history as text: one event a line, without the fields that no replay reads and without the names of machines. */
export function toText(events: readonly HistoryEvent[]): string {
  const slim = (field: string, value: unknown) => (unread.has(field) ? undefined : value)
  const lines = events.map((event) => JSON.stringify(event, slim)).join(',\n')
  const text = `{"events":[\n${lines}\n]}\n`
  return [...identitiesOf(text)]
    .toSorted((one, other) => other.length - one.length)
    .reduce((rest, identity) => rest.replaceAll(identity, 'worker'), text)
}

/** Workers and clients sign with process id and host; the names of their sticky queues begin with that. */
function identitiesOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/"identity":"([^"]+)"/g)].map(([, identity]) => identity as string))
}
