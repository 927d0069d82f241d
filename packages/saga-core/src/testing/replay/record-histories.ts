import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Client } from '@temporalio/client'
import { type RecordedHistory, toFileName, toRecorded, toText } from './history-file.js'
import { toProtoJson } from './proto-json.js'

/** The runs to record: those that a visibility query finds, those with these workflow ids, or workflow ids by the names of their files. */
export type RunSelection =
  | { readonly query: string }
  | { readonly workflowIds: readonly string[] }
  | { readonly named: Readonly<Record<string, string>> }

/**
 * Fetches the histories of runs, open or closed.
 *
 * @throws WorkflowNotFoundError when the server does not have a run.
 * @example
 * const histories = await fetchHistories(client, { workflowIds: ['trip-1'] })
 */
export async function fetchHistories(client: Client, runs: RunSelection): Promise<readonly RecordedHistory[]> {
  const histories: RecordedHistory[] = []
  for (const { name, workflowId, runId } of await selected(client, runs)) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    histories.push(toRecorded(name, toProtoJson(JSON.parse(JSON.stringify(history)))))
  }
  return histories
}

/**
 * Writes the histories of runs to a directory: one `.json` file each, without the names of machines. Payloads are written as they
 * are, so record no run whose input must not be in a repository.
 *
 * @returns The paths of the files.
 * @throws WorkflowNotFoundError when the server does not have a run.
 * @example
 * await recordHistories(client, { query: "WorkflowType = 'trip'" }, 'test/histories')
 */
export async function recordHistories(
  client: Client,
  runs: RunSelection,
  directory: string,
): Promise<readonly string[]> {
  const histories = await fetchHistories(client, runs)
  await mkdir(directory, { recursive: true })
  const files = histories.map(({ name, history }) => ({
    path: join(directory, toFileName(name)),
    text: toText(history.events),
  }))
  for (const { path, text } of files) await writeFile(path, text)
  return files.map(({ path }) => path)
}

interface SelectedRun {
  readonly name: string
  readonly workflowId: string
  readonly runId?: string
}

async function selected(client: Client, runs: RunSelection): Promise<readonly SelectedRun[]> {
  if ('workflowIds' in runs) return runs.workflowIds.map((workflowId) => ({ name: workflowId, workflowId }))
  if ('named' in runs) return Object.entries(runs.named).map(([name, workflowId]) => ({ name, workflowId }))
  const found: SelectedRun[] = []
  for await (const { workflowId, runId } of client.workflow.list({ query: runs.query })) {
    found.push({ name: `${workflowId} ${runId}`, workflowId, runId })
  }
  return found
}
