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
import { answered, endOfFullPage, found, refusedAs } from '../http/answered.js'
import { routes } from '../http/routes.js'
import { actorOf } from './actor-of.js'
import { adminVoucherOperations } from './voucher-operations.js'

/** Routes of vouchers; each change is audited. */
export function adminVoucherRoutes({ db }: { readonly db: SaleDatabase }): Router {
  return routes(adminVoucherOperations)({
    async listVouchers({ query }) {
      const vouchers = await answered(listVouchers(db, query))
      return { status: 200, data: { vouchers, next: endOfFullPage(vouchers, query.limit)?.id ?? null } }
    },
    async showVoucher({ params: { voucherId } }) {
      return { status: 200, data: { voucher: found(await answered(findVoucher(db, voucherId))) } }
    },
    async createVoucher({ body: { reason, ...voucher }, response }) {
      const by = { actor: actorOf(response), reason }
      const created = createVoucher(db, voucher, by).catch(refusedAs(VoucherExistsError, 'VOUCHER_EXISTS'))
      return { status: 201, data: { voucher: await answered(created) } }
    },
    async changeVoucher({ params: { voucherId }, body: { reason, ...changes }, response }) {
      const by = { actor: actorOf(response), reason }
      const changed = changeVoucher(db, voucherId, changes, by).catch(refusedAs(VoucherInSaleError, 'CAMPAIGN_STATE'))
      return { status: 200, data: { voucher: found(await answered(changed)) } }
    },
  })
}
