import { ServiceError } from '@temporalio/client'
import { expect, it } from 'vitest'
import { SagaError, SagaErrorCode } from '../saga-error.js'
import { untilRunIsOpen } from './update-run.js'

function silent(grpcCode: number) {
  const cause = Object.assign(new Error(`${grpcCode} of gRPC`), { code: grpcCode, details: '', metadata: {} })
  const failed = new ServiceError('Update failed', { cause })
  return new SagaError(SagaErrorCode.NoAnswer, 'did not answer', { cause: failed })
}

/** An update that fails that many times before it is carried out. */
function failing(error: Error, times: number) {
  let sent = 0
  const update = async () => {
    sent += 1
    if (sent <= times) throw error
    return 'answer'
  }
  return { update, sent: () => sent }
}

it('an update is sent again when the workflow task failed over it, as with a signal during continue-as-new', async () => {
  const { update, sent } = failing(silent(9), 2)
  await expect(untilRunIsOpen(update)).resolves.toBe('answer')
  expect(sent()).toBe(3)
})

it('an update of a run whose tasks go on failing ends with an error', async () => {
  const error = silent(9)
  const { update, sent } = failing(error, Number.POSITIVE_INFINITY)
  await expect(untilRunIsOpen(update)).rejects.toBe(error)
  expect(sent()).toBe(7)
})

it('an update whose time is up is not sent again', async () => {
  const error = silent(4)
  const { update, sent } = failing(error, 1)
  await expect(untilRunIsOpen(update)).rejects.toBe(error)
  expect(sent()).toBe(1)
})
