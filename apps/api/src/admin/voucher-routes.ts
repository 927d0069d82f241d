import type { Router } from 'express'
import {
  changeVoucher,
  createVoucher,
  findVoucher,
  listVouchers,
  VoucherExistsError,
  VoucherInSaleError,
} from 'seckill-store/mysql'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import type { ErrorCode } from '../http/error-codes.js'
import { routes } from '../http/routes.js'
import { actorOf } from './actor-of.js'
import { adminVoucherOperations } from './voucher-operations.js'

function known<T>(voucher: T | undefined): T {
  if (voucher === undefined) throw new ApiError('NOT_FOUND')
  return voucher
}

/** Answers errors of one class with a code. */
function told(kind: new (...args: never[]) => Error, code: ErrorCode) {
  return (error: unknown): never => {
    throw error instanceof kind ? new ApiError(code, { data: { detail: error.message }, cause: error }) : error
  }
}

/** Routes of vouchers; each change is audited. */
export function adminVoucherRoutes({ db }: { readonly db: SaleDatabase }): Router {
  return routes(adminVoucherOperations)({
    async listVouchers({ query }) {
      const vouchers = await answered(listVouchers(db, query))
      const last = vouchers.length === query.limit ? vouchers.at(-1) : undefined
      return { status: 200, data: { vouchers, next: last?.id ?? null } }
    },
    async showVoucher({ params: { voucherId } }) {
      return { status: 200, data: { voucher: known(await answered(findVoucher(db, voucherId))) } }
    },
    async createVoucher({ body: { reason, ...voucher }, response }) {
      const by = { actor: actorOf(response), reason }
      const created = createVoucher(db, voucher, by).catch(told(VoucherExistsError, 'VOUCHER_EXISTS'))
      return { status: 201, data: { voucher: await answered(created) } }
    },
    async changeVoucher({ params: { voucherId }, body: { reason, ...changes }, response }) {
      const by = { actor: actorOf(response), reason }
      const changed = changeVoucher(db, voucherId, changes, by).catch(told(VoucherInSaleError, 'CAMPAIGN_STATE'))
      return { status: 200, data: { voucher: known(await answered(changed)) } }
    },
  })
}
