import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { readJson } from '../http/body.js'
import { positiveId, validated } from '../http/validate.js'
import type { PurchaseRequest } from './admission.js'

const mostUnits = 100

/** How many units a purchase asks for. */
export const purchaseBody = z.strictObject({ quantity: z.number().int().min(1).max(mostUnits).default(1) })
/** The caller's key of a purchase: the same key is the same purchase. */
export const idempotencyKey = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 visible ASCII characters')

/**
 * Reads and validates a purchase request: the quantity from the body, the voucher from the path.
 *
 * @throws ApiError naming each invalid field
 */
export async function readPurchase(
  userId: number,
  voucher: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<PurchaseRequest> {
  const { headers } = request
  const body = await readJson(request, response)
  return {
    voucherId: voucherIdOf(voucher),
    userId,
    quantity: quantityOf(body),
    idempotencyKey: keyOf(headers['idempotency-key']),
    traceParent: headers.traceparent as string | undefined,
  }
}

// The common valid values skip zod, which costs more than the check; zod names the fault of the others.

function voucherIdOf(voucher: string): number {
  const id = Number(voucher)
  return id > 0 && Number.isSafeInteger(id) && String(id) === voucher ? id : validated(positiveId, voucher, 'voucherId')
}

function quantityOf(body: unknown): number {
  return isPlain(body) ? body.quantity : validated(purchaseBody, body, 'body').quantity
}

function isPlain(body: unknown): body is { readonly quantity: number } {
  if (typeof body !== 'object' || body === null || Object.keys(body).length !== 1 || !('quantity' in body)) return false
  const { quantity } = body
  return typeof quantity === 'number' && Number.isInteger(quantity) && quantity >= 1 && quantity <= mostUnits
}

function keyOf(header: string | string[] | undefined): string | undefined {
  return header === undefined ? undefined : validated(idempotencyKey, header, 'Idempotency-Key')
}
