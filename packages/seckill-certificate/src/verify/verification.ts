import type { SignedHead } from '../format/files.js'
import type { Finding } from './finding.js'

/** What was found about a file. */
export interface Verification {
  /** Every statement holds. */
  readonly ok: boolean
  readonly findings: readonly Finding[]
  /** The thumbprint of the key in the file; `null` when the file cannot be read. */
  readonly keyId: string | null
  /** `null` when the file cannot be read, or its signature is not that of its key. */
  readonly head: SignedHead | null
}

/** A verification of a file that could not be read any further. */
export function stopped(findings: readonly Finding[]): Verification {
  return { ok: false, findings, keyId: null, head: null }
}

/** Reports whether every statement holds. */
export function allHold(findings: readonly Finding[]): boolean {
  return findings.every((one) => one.ok)
}
