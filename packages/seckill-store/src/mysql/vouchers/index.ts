export { changeVoucher, createVoucher, type VoucherChanges, type VoucherToCreate } from './change.js'
export { VoucherExistsError, VoucherInSaleError } from './errors.js'
export { findVoucher, listVouchers, type Voucher, type VoucherKind, type VoucherPage, voucherKinds } from './read.js'
export { saveVoucher } from './save.js'
