import { readFile } from 'node:fs/promises'
import { z } from 'zod'

const milliseconds = z.number().nullable()
const distribution = z.array(z.tuple([z.number(), z.number()]).readonly()).readonly()
const latency = z.object({ p50: milliseconds, p90: milliseconds, p99: milliseconds, max: milliseconds })
const results = z.object({
  accepted: z.number(),
  soldOut: z.number(),
  duplicate: z.number(),
  rejected: z.number(),
  failed: z.number(),
})

/** The outcome of a sale, counted in Redis, MySQL and Temporal. */
const sale = z.object({
  stock: z.number(),
  orders: z.number(),
  refused: z.number(),
  oversold: z.number(),
  duplicates: z.number(),
  lost: z.number(),
  leaked: z.number().nullable(),
  seconds: z.number().nullable(),
  orderLatencyMs: z.object({ p50: milliseconds, p99: milliseconds }),
  runs: z.object({ workflows: z.number(), lanes: z.number() }),
  purchases: z.record(z.string(), z.number()),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean().nullable(), detail: z.string() })).readonly(),
})

const rushRecord = z.object({
  format: z.literal('seckill-rush-1'),
  startedAt: z.string(),
  command: z.string(),
  environment: z.object({
    cpu: z.string(),
    cores: z.number(),
    memoryGiB: z.number(),
    system: z.string(),
    node: z.string(),
  }),
  shape: z.object({
    voucherId: z.number(),
    shoppers: z.number(),
    rate: z.number(),
    duplicates: z.number(),
    bad: z.number(),
    connections: z.number(),
  }),
  sent: z.number(),
  planned: z.number(),
  seconds: z.number(),
  late: z.number(),
  retried: z.number(),
  results,
  latencyMs: latency,
  acceptLatencyMs: latency,
  distributions: z.object({ accepted: distribution, all: distribution, fromSending: distribution }),
  sliceMs: z.number(),
  timeline: z.array(z.object({ sent: z.number(), results })).readonly(),
  /** Units left as the API shows them, by milliseconds after the start. */
  remaining: distribution,
  /** Absent where only the API of the sale can be reached. */
  sale: sale.nullable(),
})

/** One rush as data: a report holds it, so that a later report can compare itself with it. */
export type RushRecord = Readonly<z.infer<typeof rushRecord>>
/** The outcome of the sale of a rush. */
export type SaleOutcome = Readonly<z.infer<typeof sale>>

/** The tag that holds the record in a report. */
export const recordElementId = 'rush-record'

const recordInPage = new RegExp(`<script type="application/json" id="${recordElementId}">(.*?)</script>`, 's')

/**
 * Reads the record in a report of an earlier rush.
 *
 * @throws Error when the file cannot be read or is no report of `./seckill rush --report`
 */
export async function readRushRecord(file: string): Promise<RushRecord> {
  const page = await readFile(file, 'utf8').catch((cause: Error) => {
    throw new Error(`The baseline ${file} cannot be read: ${cause.message}`, { cause })
  })
  const json = recordInPage.exec(page)?.[1]
  const record = json === undefined ? undefined : rushRecord.safeParse(JSON.parse(json))
  if (record?.success === true) return record.data
  throw new Error(`The baseline ${file} is no report of a rush. Make one with: ./seckill rush --report ${file}`)
}

/** The record as the content of its element: nothing in it can end the element. */
export function recordText(record: RushRecord): string {
  return JSON.stringify(record).replaceAll('<', '\\u003c')
}
