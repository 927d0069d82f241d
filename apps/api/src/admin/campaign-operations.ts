import { z } from 'zod'
import { campaignState, epochMs, minorUnits } from '../http/answer-fields.js'
import type { ErrorCode } from '../http/error-codes.js'
import { data, type Operations } from '../http/operation.js'
import { voucherParams } from '../http/validate.js'
import { changeHeaders, countedHeaders, createBody, editBody, restockBody, verbBody } from './campaign-requests.js'

/** A campaign in an answer. */
export const campaign = z
  .strictObject({
    voucherId: z.number(),
    title: z.string(),
    voucherStatus: z.enum(['ON_SALE', 'WITHDRAWN']),
    listPriceMinor: minorUnits,
    currency: z.string(),
    state: campaignState,
    beginsAt: epochMs,
    endsAt: epochMs,
    total: z.number(),
    claimed: z.number().meta({ description: 'units claimed by purchases on their way to an order, and by orders' }),
    quantity: z.number().meta({ description: 'units left in stock' }),
    limitPerUser: z.number(),
    priceMinor: minorUnits,
    payWindowMs: z.number().meta({ description: 'milliseconds that a buyer has to pay' }),
    autopilot: z.boolean().meta({ description: 'it is warmed up, opened and closed at its times' }),
    version: z.number(),
    createdAt: epochMs,
  })
  .meta({ id: 'Campaign' })

/** The head of the certificate that a settled campaign ended with. */
export const certificateHead = z
  .strictObject({
    issuedAt: epochMs,
    size: z.number().meta({ description: 'number of reservations' }),
    root: z.string().meta({ description: 'the Merkle root over the reservations' }),
    jws: z.string().meta({ description: 'the head as it was signed: a compact JWS' }),
  })
  .meta({ id: 'CertificateHead' })

/** The gate after a change. */
export const gateSync = z
  .discriminatedUnion('status', [
    z.strictObject({
      status: z.literal('in-step'),
      heldAboveTotal: z.number().optional().meta({ description: 'units held beyond a total that was lowered' }),
    }),
    z.strictObject({ status: z.literal('pending'), reason: z.string() }),
    z.strictObject({ status: z.literal('impossible'), reason: z.string() }),
  ])
  .meta({ id: 'GateSync' })

const changed = z.strictObject({ campaign, gate: gateSync })

const changeAnswers = {
  200: data(changed, 'The gate has it too', ['ETag']),
  202: data(changed, 'It is saved, and the gate follows', ['ETag']),
} as const

const change = {
  method: 'post',
  access: 'admin',
  params: voucherParams,
  headers: changeHeaders,
  body: verbBody,
  answers: changeAnswers,
} as const

const changeErrors = [
  'NOT_FOUND',
  'CAMPAIGN_STATE',
  'VERSION_CONFLICT',
  'GATE_REFUSED',
] as const satisfies readonly ErrorCode[]

const path = '/admin/v1/campaigns/:voucherId'

/** The operations of campaigns. */
export const campaignOperations = {
  listCampaigns: {
    method: 'get',
    path: '/admin/v1/campaigns',
    summary: 'All campaigns',
    access: 'admin',
    answers: { 200: data(z.strictObject({ campaigns: z.array(campaign) })) },
  },
  createCampaign: {
    method: 'post',
    path: '/admin/v1/campaigns',
    summary: 'Create a campaign as a draft, with its voucher where that does not exist yet',
    access: 'admin',
    headers: countedHeaders,
    body: createBody,
    answers: changeAnswers,
    errors: ['CAMPAIGN_EXISTS', 'KEY_REUSED', ...changeErrors],
  },
  showCampaign: {
    method: 'get',
    path,
    summary: 'A campaign, the certificate that it ended with, and the link to its runs',
    access: 'admin',
    params: voucherParams,
    answers: {
      200: data(
        z.strictObject({
          campaign,
          certificate: certificateHead.nullable(),
          links: z.strictObject({ runs: z.string().nullable() }),
        }),
        'OK',
        ['ETag'],
      ),
    },
    errors: ['NOT_FOUND'],
  },
  editCampaign: {
    ...change,
    method: 'patch',
    path,
    summary: 'Change the terms of a campaign',
    body: editBody,
    errors: ['PRECONDITION_REQUIRED', ...changeErrors],
  },
  warmUpCampaign: {
    ...change,
    path: `${path}/warmup`,
    summary: 'Give a campaign to the gate, before it opens',
    errors: changeErrors,
  },
  openCampaign: {
    ...change,
    path: `${path}/open`,
    summary: 'Open a campaign, or a paused one again',
    errors: changeErrors,
  },
  pauseCampaign: { ...change, path: `${path}/pause`, summary: 'Pause an open campaign', errors: changeErrors },
  closeCampaign: { ...change, path: `${path}/close`, summary: 'Close a campaign for good', errors: changeErrors },
  restockCampaign: {
    ...change,
    path: `${path}/restock`,
    summary: 'Add units, take free ones away, or set the total',
    headers: countedHeaders,
    body: restockBody,
    errors: ['TOTAL_BELOW_SOLD', 'KEY_REUSED', 'RECOVERING', ...changeErrors],
  },
} as const satisfies Operations
