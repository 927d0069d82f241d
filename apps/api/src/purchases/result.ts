import type { RequestResult } from 'seckill-store/mysql'
import { type ErrorCode, ErrorCodes } from '../http/error-codes.js'

/** The result that an error is counted as. A replayed 202 is counted as `duplicate` too. */
export function resultOfError(code: ErrorCode): RequestResult {
  if (code === 'SOLD_OUT') return 'soldOut'
  if (code === 'ALREADY_PURCHASED') return 'duplicate'
  return ErrorCodes[code].status >= 500 ? 'failed' : 'rejected'
}
