import { purchaseRunPrefix } from 'seckill-workflows'
import { uuidv7 } from 'uuidv7'

/** The run id is random: ids derived from stream ids would repeat after Redis has lost its last writes. */
export function newRunId(voucherId: number): string {
  return `${purchaseRunPrefix(voucherId)}${uuidv7()}`
}
