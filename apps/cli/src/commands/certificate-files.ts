import type { Command } from 'commander'
import {
  type CertificateFile,
  fileText,
  proofOf,
  readCertificate,
  verifyCertificate,
  verifyProof,
} from 'seckill-certificate'
import { exportFromAdmin, exportFromStack } from '../certificate/export-certificate.js'
import { readBytes, writeText } from '../certificate/files.js'
import { findTrust, type TrustFlags } from '../certificate/find-trust.js'
import { certificateReport, proofReport } from '../certificate/verification-report.js'
import { counted } from '../output/numbers.js'
import { wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'

interface ExportFlags {
  readonly voucher: number
  readonly out?: string
  readonly name: string
  readonly adminUrl?: string
  readonly token?: string
  readonly json?: boolean
}

type VerifyFlags = TrustFlags & { readonly json?: boolean }

interface ProofFlags {
  readonly out?: string
  readonly json?: boolean
}

/** Adds the subcommands that make and verify certificate files. */
export function addFileCommands(certificate: Command): void {
  certificate
    .command('export')
    .description('account for every unit and every cent of a sale, and sign the account')
    .requiredOption('--voucher <id>', 'voucher of the sale', wholeNumber(1))
    .option('--out <file>', 'file to write (default: standard output)')
    .option(...stackOption)
    .option('--admin-url <url>', 'admin port of a sale elsewhere')
    .option('--token <token>', "an admin's bearer token for it")
    .option(...jsonOption)
    .addHelpText('after', '\nThe file is written in any case; exit code 1 when the sale does not add up.\n')
    .action(exportFile)
  certificate
    .command('proof')
    .description('take the proof of one purchase out of a certificate file')
    .argument('<file>', 'certificate file')
    .argument('<traceId>', 'as the 202 gave it')
    .option('--out <file>', 'file to write (default: standard output)')
    .option(...jsonOption)
    .action(writeProof)
  verifying(certificate, 'verify', 'verify signature, Merkle root and all sums of a certificate file, without a server')
    .argument('<file>', 'certificate file')
    .action(verifyFile)
  verifying(certificate, 'verify-proof', 'verify that the purchase of a proof is in the signed certificate')
    .argument('<proof>', 'proof file')
    .action(verifyProofFile)
}

function verifying(certificate: Command, name: string, description: string): Command {
  return certificate
    .command(name)
    .description(description)
    .option('--jwks <file-or-url>', 'published keys of the installation')
    .option('--thumbprint <text>', 'RFC 7638 thumbprint of its key, in place of --jwks')
    .option('--name <stack>', 'local stack whose keys are trusted when neither is given', 'demo')
    .option(...jsonOption)
    .addHelpText('after', '\nExit code 1 when a statement is wrong; the output says which, and where.\n')
}

async function exportFile({ voucher, out, name, adminUrl, token, json }: ExportFlags): Promise<void> {
  if ((adminUrl === undefined) !== (token === undefined)) {
    throw new Error('--admin-url and --token go together: give both, or neither for the sale of a local stack.')
  }
  const text =
    adminUrl === undefined || token === undefined
      ? await exportFromStack(name, voucher)
      : await exportFromAdmin({ adminUrl, token }, voucher)
  if (out === undefined) process.stdout.write(text)
  else writeText(out, text)
  await reportExport(text, out, json)
}

/** Looks whether the file adds up, whoever signed it; the summary goes to standard output where the file does not. */
async function reportExport(text: string, out: string | undefined, json: boolean | undefined): Promise<void> {
  const bytes = new TextEncoder().encode(text)
  const file = certificateIn(bytes, out ?? 'the exported file')
  const { ok, findings, head, keyId } = await verifyCertificate(bytes, { kind: 'keys', keys: [file.key] })
  const wrong = findings.filter((one) => !one.ok)
  if (!ok) process.exitCode = 1
  for (const { name, detail } of wrong) process.stderr.write(`BROKEN  ${name}: ${detail}\n`)
  if (out === undefined) return
  printResult(json, { file: out, keyId, head, ok, wrong }, () =>
    [
      `  ${out}: ${counted(file.reservations.length, 'reservation')}, root ${head?.root}`,
      `  signed by the key ${keyId}`,
    ].join('\n'),
  )
}

async function writeProof(from: string, traceId: string, { out, json }: ProofFlags): Promise<void> {
  const proof = proofOf(certificateIn(readBytes(from), from), traceId)
  if (proof === null)
    throw new Error(`${from} has no purchase ${traceId}. Take the trace id from the 202 of the purchase.`)
  const text = fileText(proof)
  if (out === undefined) {
    process.stdout.write(text)
    return
  }
  writeText(out, text)
  const bytes = Buffer.byteLength(text)
  printResult(json, { file: out, traceId, bytes }, () => `  ${out}: ${counted(bytes, 'byte')}`)
}

async function verifyFile(from: string, flags: VerifyFlags): Promise<void> {
  const verification = await verifyCertificate(readBytes(from), await findTrust(flags))
  if (!verification.ok) process.exitCode = 1
  const { file: _, ...found } = verification
  printResult(flags.json, found, () => certificateReport(verification))
}

async function verifyProofFile(from: string, flags: VerifyFlags): Promise<void> {
  const verification = await verifyProof(readBytes(from), await findTrust(flags))
  if (!verification.ok) process.exitCode = 1
  printResult(flags.json, verification, () => proofReport(verification))
}

/** @throws {Error} when the bytes are no certificate file */
function certificateIn(bytes: Uint8Array, from: string): CertificateFile {
  const reading = readCertificate(bytes)
  if (reading.status === 'read') return reading.file
  const where = reading.findings.flatMap((one) => one.where)
  throw new Error(`${from} is no certificate file: ${where.join('; ')}`)
}
