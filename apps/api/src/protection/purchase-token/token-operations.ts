import { z } from 'zod'
import { epochMs } from '../../http/answer-fields.js'
import { data, type Operations } from '../../http/operation.js'
import { voucherParams } from '../../http/validate.js'

const task = z
  .record(z.string(), z.unknown())
  .meta({ description: "a task of the challenge, in the form of ALTCHA's proof of work" })
const solution = z.record(z.string(), z.unknown()).meta({ description: 'what solves the task' })

const notNow = ['NOT_STARTED', 'ENDED', 'VOUCHER_NOT_FOUND'] as const

/** The operations of purchase tokens. */
export const tokenOperations = {
  showChallenge: {
    method: 'get',
    path: '/api/v1/vouchers/:voucherId/challenge',
    summary: 'What the caller has to solve for a purchase token; shortly before the sale begins at the earliest',
    access: 'buyer',
    params: voucherParams,
    answers: { 200: data(z.strictObject({ task: task.nullable().meta({ description: 'null: nothing to solve' }) })) },
    errors: notNow,
  },
  createPurchaseToken: {
    method: 'post',
    path: '/api/v1/vouchers/:voucherId/purchase-tokens',
    summary: 'A token that lets the caller buy this voucher, sent with the purchase as Purchase-Token',
    access: 'buyer',
    params: voucherParams,
    body: z.strictObject({
      solved: z.strictObject({ task, solution }).optional(),
    }),
    answers: { 201: data(z.strictObject({ token: z.string(), expiresAt: epochMs })) },
    errors: [...notNow, 'CHALLENGE_FAILED'],
  },
} as const satisfies Operations
