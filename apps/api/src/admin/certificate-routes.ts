import { type RequestHandler, Router } from 'express'
import { sendData, sendText } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { voucherIdOf } from '../http/validate.js'
import { campaignFault } from './campaign-answers.js'
import type { Certify } from './certify.js'
import type { CertifySigned } from './certify-signed.js'

export interface CertificateRouteDependencies {
  readonly certify: Certify
  readonly certifySigned: CertifySigned
}

/**
 * `GET /campaigns/:voucherId/certificate`: the sale's figures and invariants, counted now.
 * `GET /campaigns/:voucherId/certificate/file`: the signed certificate file, without an envelope: the one that a settled campaign
 * ended with, and one made now of any other.
 */
export function certificateRoutes({ certify, certifySigned }: CertificateRouteDependencies): Router {
  const certificate: RequestHandler = async (request, response) => {
    sendData(response, await certify(voucherIdOf(request)).catch(fail))
  }
  const file: RequestHandler = async (request, response) => {
    const voucherId = voucherIdOf(request)
    const stored = await certifySigned.stored(voucherId).catch(fail)
    const text = stored ?? (await certifySigned.sign(await certifySigned.account(voucherId).catch(fail)))
    const headers = ['Content-Disposition', `attachment; filename="certificate-${voucherId}.json"`]
    sendText(response, 200, text, headers)
  }
  const path = '/campaigns/:voucherId/certificate'
  return Router()
    .get(path, certificate)
    .get(`${path}/file`, file)
    .all([path, `${path}/file`], methodNotAllowed('GET, HEAD'))
}

/** @throws {ApiError} always */
function fail(error: unknown): never {
  throw campaignFault(error)
}
