import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporal } from '@temporalio/proto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readHistories, toFileName, toRecorded, toText } from './history-file.js'
import { fromProtoJson, toProtoJson } from './proto-json.js'
import { replayHistories } from './replay-histories.js'

/** A start as the Temporal CLI writes it. */
const start = {
  eventId: '1',
  eventTime: '2026-01-02T03:04:05.000000678Z',
  eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
  workflowExecutionStartedEventAttributes: {
    workflowType: { name: 'trip' },
    taskQueue: { name: 'trips', kind: 'TASK_QUEUE_KIND_NORMAL' },
    workflowTaskTimeout: '10s',
    firstWorkflowTaskBackoff: '1.500000000s',
    identity: '77@somewhere',
    workflowId: 'trip-1',
  },
}

describe('histories as files', () => {
  let directory: string
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'histories-'))
  })
  afterEach(() => rm(directory, { recursive: true }))

  it('of long and non-Latin workflow ids each have a file of their own', async () => {
    const ids = ['trip-1', 'a/b', `${'行程'.repeat(30)}1`, `${'行程'.repeat(30)}2`, 'x'.repeat(1_000), '\ud83d']
    for (const id of ids) await writeFile(join(directory, toFileName(id)), toText([start]))

    expect(await readHistories(directory)).toHaveLength(ids.length)
    expect(ids.slice(0, 2).map(toFileName)).toEqual(['trip-1.json', 'a%2Fb.json'])
  })

  it('are read with the workflow id and type of their first event', async () => {
    await writeFile(join(directory, 'a trip.json'), toText([start]))
    await writeFile(join(directory, 'notes.txt'), 'not a history')

    expect(await readHistories(directory)).toMatchObject([
      { name: 'a trip', workflowId: 'trip-1', workflowType: 'trip', history: { events: [{ eventId: '1' }] } },
    ])
  })

  it('name no machine, no stack and no path', () => {
    const sticky = { workflowTaskScheduledEventAttributes: { taskQueue: { name: '77@somewhere-trips-abc' } } }
    const failed = {
      activityTaskFailedEventAttributes: { failure: { message: 'no', stackTrace: 'at /home/ann/x.ts' } },
    }

    expect(toText([start, sticky, failed])).not.toMatch(/somewhere|ann/)
    expect(toText([start, sticky, failed])).toContain('"name":"worker-trips-abc"')
  })

  it('are refused by name when they are no histories', () => {
    expect(() => toRecorded('half', { events: [{ eventId: '7' }] })).toThrow('"half" is not the history of a whole run')
    expect(() => toRecorded('nothing', null)).toThrow('"nothing"')
  })

  it('are missing in an empty directory, which is refused', async () => {
    await expect(readHistories(directory)).rejects.toThrow('holds no histories')
    await expect(replayHistories({ histories: [], workflowsPath: directory })).rejects.toThrow(
      'There is no history to replay',
    )
  })
})

describe('the JSON of histories', () => {
  const { History } = temporal.api.history.v1

  it('becomes the message, and the JSON again', () => {
    const json = { events: [start] }
    const message = History.fromObject(fromProtoJson(json) as object)

    expect(message.events[0]?.eventTime).toMatchObject({ nanos: 678 })
    expect(message.events[0]?.workflowExecutionStartedEventAttributes?.firstWorkflowTaskBackoff?.nanos).toBe(
      500_000_000,
    )
    expect(toProtoJson(JSON.parse(JSON.stringify(message)))).toEqual(json)
  })

  it('with a malformed time is refused', () => {
    expect(() => fromProtoJson({ eventTime: 'yesterday' })).toThrow(
      'The field "eventTime" of the history holds "yesterday"',
    )
  })
})
