import { campaignStates, voucherKinds } from 'seckill-store/mysql'
import { z } from 'zod'
import { data, type Operations } from '../http/operation.js'
import { positiveId } from '../http/validate.js'
import { newVoucher, reason } from './campaign-requests.js'

const params = z.strictObject({ voucherId: positiveId })
const status = z.enum(['ON_SALE', 'WITHDRAWN'])
const { title, listPriceMinor } = newVoucher.shape

const voucher = z
  .strictObject({
    id: z.number(),
    title: z.string(),
    status,
    listPriceMinor: z.number().meta({ description: "in the currency's minor units" }),
    currency: z.string().meta({ description: 'ISO 4217' }),
    campaign: z
      .enum(campaignStates)
      .nullable()
      .meta({ description: 'the state of the campaign that sells it; null for an ordinary voucher' }),
  })
  .meta({ id: 'AdminVoucher' })

const answer = data(z.strictObject({ voucher }))

const createBody = newVoucher.extend({ id: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER), reason })

const changeBody = z
  .strictObject({
    title: title.exactOptional(),
    listPriceMinor: listPriceMinor.exactOptional(),
    status: status.exactOptional(),
    reason,
  })
  .refine(({ reason: _, ...changes }) => Object.keys(changes).length > 0, 'must name at least one change')

const query = z.strictObject({
  after: positiveId.default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  kind: z.enum(voucherKinds).optional(),
  status: status.optional(),
})

const page = z.strictObject({
  vouchers: z.array(voucher),
  next: z.number().nullable().meta({ description: '`after` of the next page; null after the last one' }),
})

/** The operations of vouchers, with and without a campaign. */
export const adminVoucherOperations = {
  listVouchers: {
    method: 'get',
    path: '/admin/v1/vouchers',
    summary: 'Vouchers by id: ordinary ones, and those that a campaign sells',
    access: 'admin',
    query,
    answers: { 200: data(page) },
  },
  createVoucher: {
    method: 'post',
    path: '/admin/v1/vouchers',
    summary: 'Create a voucher; a campaign may sell it later',
    access: 'admin',
    body: createBody,
    answers: { 201: data(z.strictObject({ voucher }), 'It is created') },
    errors: ['VOUCHER_EXISTS'],
  },
  showVoucher: {
    method: 'get',
    path: '/admin/v1/vouchers/:voucherId',
    summary: 'A voucher',
    access: 'admin',
    params,
    answers: { 200: answer },
    errors: ['NOT_FOUND'],
  },
  changeVoucher: {
    method: 'patch',
    path: '/admin/v1/vouchers/:voucherId',
    summary: 'Change the title, the list price or the status of a voucher; a campaign keeps the price it sells at',
    access: 'admin',
    params,
    body: changeBody,
    answers: { 200: answer },
    errors: ['NOT_FOUND', 'CAMPAIGN_STATE'],
  },
} as const satisfies Operations
