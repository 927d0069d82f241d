import type { RequestResult } from 'seckill-store/mysql'
import { ERROR_CODES, type ErrorCode } from '../http/error-codes.js'

/** The result an error counts as. A replay of an earlier 202 counts as a duplicate, like the error for one. */
export function resultOfError(code: ErrorCode): RequestResult {
  if (code === 'SOLD_OUT') return 'soldOut'
  if (code === 'ALREADY_PURCHASED') return 'duplicate'
  return ERROR_CODES[code].status >= 500 ? 'failed' : 'rejected'
}
