import type { CampaignState } from '../database.js'

/** A voucher cannot be created, since the id is taken. */
export class VoucherExistsError extends Error {
  override readonly name = 'VoucherExistsError'

  constructor(voucherId: number) {
    super(`Voucher ${voucherId} exists already. Change it, or take another id.`)
  }
}

/** A voucher cannot be withdrawn, since its campaign is not over. */
export class VoucherInSaleError extends Error {
  override readonly name = 'VoucherInSaleError'

  constructor(voucherId: number, campaign: CampaignState) {
    super(`The campaign of voucher ${voucherId} is ${campaign}. Close it before the voucher is withdrawn.`)
  }
}
