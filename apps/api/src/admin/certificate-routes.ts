import type { Router } from 'express'
import { routes } from '../http/routes.js'
import { campaignFault } from './campaign-answers.js'
import { certificateOperations } from './certificate-operations.js'
import type { Certify } from './certify.js'
import type { CertifySigned } from './certify-signed.js'

export interface CertificateRouteDependencies {
  readonly certify: Certify
  readonly certifySigned: CertifySigned
}

/** Counts sales, and makes their certificate files. */
export function certificateRoutes({ certify, certifySigned }: CertificateRouteDependencies): Router {
  return routes(certificateOperations)({
    async showCertificate({ params: { voucherId } }) {
      return { status: 200, data: await certify(voucherId).catch(fail) }
    },
    async downloadCertificate({ params: { voucherId } }) {
      const stored = await certifySigned.stored(voucherId).catch(fail)
      const text = stored ?? (await certifySigned.sign(await certifySigned.account(voucherId).catch(fail)))
      const headers = ['Content-Disposition', `attachment; filename="certificate-${voucherId}.json"`]
      return { status: 200, text, headers }
    },
  })
}

/** @throws {ApiError} always */
function fail(error: unknown): never {
  throw campaignFault(error)
}
