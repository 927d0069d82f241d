import type { InvariantReport } from 'seckill-store/invariants'

/** The checks of a certificate, one a line. */
export function certificateLines({ checks }: InvariantReport): readonly string[] {
  const held = checks.filter((check) => check.ok).length
  return [
    `  Certificate: ${held} of ${checks.length} checks hold`,
    ...checks.map(({ name, ok, detail }) => `    ${ok ? '✔' : '✘ BROKEN'} ${name}: ${detail}`),
  ]
}
