import { type RequestHandler, Router } from 'express'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { voucherIdOf } from '../http/validate.js'
import { campaignFault } from './campaign-answers.js'
import type { Certify } from './certify.js'

/** `GET /campaigns/:voucherId/certificate`: the sale's figures and invariants, counted now. */
export function certificateRoutes({ certify }: { readonly certify: Certify }): Router {
  const certificate: RequestHandler = async (request, response) => {
    const counted = await certify(voucherIdOf(request)).catch((error: unknown) => Promise.reject(campaignFault(error)))
    sendData(response, counted)
  }
  const path = '/campaigns/:voucherId/certificate'
  return Router().get(path, certificate).all(path, methodNotAllowed('GET, HEAD'))
}
