import type { Check, InvariantReport, Verdict } from 'seckill-store/invariants'

/** The checks of a certificate, one a line. */
export function certificateLines({ checks }: InvariantReport): readonly string[] {
  const held = checks.filter((check) => check.ok).length
  return [`  Certificate: ${held} of ${checks.length} checks hold`, ...checks.map(checkLine)]
}

function checkLine({ name, ok, detail }: Check): string {
  return `    ${mark(ok)} ${name}: ${detail}`
}

function mark(ok: Verdict): string {
  if (ok === null) return '? UNKNOWN'
  return ok ? '✔' : '✘ BROKEN'
}
