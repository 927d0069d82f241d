import type { Command } from 'commander'
import { diagnose, type Finding, findRepositoryRoot } from 'seckill-local-stack'
import { jsonOption, stackOption } from '../output/options.js'
import { coloured, table } from '../output/table.js'

/** Adds `seckill doctor`. */
export function register(program: Command): void {
  program
    .command('doctor')
    .description('check what the sale needs of this machine; say what to type for what is missing')
    .option(...stackOption)
    .option(...jsonOption)
    .action(doctor)
}

async function doctor({ name, json = false }: { readonly name: string; readonly json?: boolean }): Promise<void> {
  const diagnosis = await diagnose({ root: findRepositoryRoot(), name })
  if (!diagnosis.ok) process.exitCode = 1
  if (json) {
    process.stdout.write(`${JSON.stringify(diagnosis)}\n`)
    return
  }
  process.stdout.write(table(diagnosis.findings.flatMap(rows)))
  const verdict = diagnosis.ok
    ? 'Everything needed is installed, or will be at the first start.'
    : 'Something is missing: see the lines marked failed.'
  process.stdout.write(`\n${verdict}\n`)
}

function rows({ subject, level, detail, hint }: Finding): readonly (readonly string[])[] {
  const style = { ok: 'green', note: 'yellow', failed: 'red' } as const
  const first = [coloured(style[level], level.padEnd(6), process.stdout), subject, detail]
  return hint === null ? [first] : [first, [coloured('dim', ''.padEnd(6), process.stdout), '', `→ ${hint}`]]
}
