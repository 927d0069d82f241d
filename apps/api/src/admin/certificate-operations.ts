import { certificateFile } from 'seckill-certificate'
import { requestResults } from 'seckill-store/mysql'
import { z } from 'zod'
import { minorUnits } from '../http/answer-fields.js'
import { data, type Operations, text } from '../http/operation.js'
import { voucherParams } from '../http/validate.js'

const verdict = z.boolean().nullable().meta({ description: 'true holds, false is broken, null is unknown' })

const payments = z.strictObject({
  paid: z.number(),
  expired: z.number(),
  cancelled: z.number(),
  refunded: z.number(),
  capturedMinor: minorUnits,
  refundedMinor: minorUnits,
})

const certificate = z
  .strictObject({
    voucherId: z.number(),
    shoppers: z.number().optional(),
    stock: z.number().meta({ description: 'units for sale in all' }),
    requests: z.record(z.enum(requestResults), z.number()).meta({ description: 'answers to purchases by result' }),
    orders: z.number().meta({ description: 'live orders' }),
    refused: z.number().meta({ description: 'purchases that ended REFUSED' }),
    payments,
    oversold: z.number().meta({ description: 'units of live orders beyond the total' }),
    duplicates: z.number().meta({ description: "units of live orders beyond their buyers' limit" }),
    lost: z.number().meta({ description: 'accepted purchases that have neither ended nor await payment' }),
    lostTraceIds: z.array(z.string()),
    leaked: z.number().nullable().meta({ description: 'units neither in stock nor in a live order; null is unknown' }),
    orderLatencyMs: z.strictObject({ p50: z.number().nullable(), p99: z.number().nullable() }),
    seconds: z.number().nullable().meta({ description: 'from the first admission to the last order' }),
    ordersPerSecond: z.number().nullable(),
    runs: z.strictObject({ workflows: z.number(), lanes: z.number() }).optional(),
    invariants: z.strictObject({
      ok: verdict,
      checks: z.array(z.strictObject({ name: z.string(), ok: verdict, detail: z.string() })),
    }),
  })
  .meta({ id: 'Certificate' })

const path = '/admin/v1/campaigns/:voucherId/certificate'

/** The operations of certificates. */
export const certificateOperations = {
  showCertificate: {
    method: 'get',
    path,
    summary: "A sale's figures and invariants, counted now",
    access: 'admin',
    params: voucherParams,
    answers: { 200: data(certificate) },
    errors: ['NOT_FOUND'],
  },
  downloadCertificate: {
    method: 'get',
    path: `${path}/file`,
    summary: 'The signed certificate file of a sale',
    access: 'admin',
    params: voucherParams,
    answers: {
      200: text('application/json', 'A certificate file; docs/certificate.md describes it', {
        schema: certificateFile.meta({ id: 'CertificateFile' }),
        headers: ['Content-Disposition'],
      }),
    },
    errors: ['NOT_FOUND'],
  },
} as const satisfies Operations
