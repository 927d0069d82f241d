import { createHash } from 'node:crypto'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { firstOf, type Tool } from './find-tool.js'
import { inRepository, toolsFolder } from './repository.js'

/** A program of a Go module; infra/checks/go/<name>/go.mod has its version. */
interface GoProgram {
  readonly name: string
  readonly package: string
  readonly versionArgs: readonly string[]
  readonly version: RegExp
}

const goVersion = /go1\.(2[6-9]|[3-9]\d)\S*/
/** Milliseconds that a test run spends on one build; with an empty cache of Go it takes minutes, which `npm run infra:check` has. */
const buildMs = process.env.INFRA_CHECKS === 'all' ? 1_800_000 : 45_000

/** The program as built before; else it is built, in the time that there is. */
export async function findGoTool({ name, package: path, versionArgs, version }: GoProgram): Promise<Tool> {
  const source = inRepository('infra', 'checks', 'go', name)
  const binary = join(toolsFolder, `${name}-${await versionOf(source)}`)
  const built = await firstOf([[binary]], versionArgs, version)
  if (built !== undefined) return built
  const go = await firstOf([['go']], ['version'], goVersion)
  if (go === undefined) return { missing: `no ${name} here, and no Go 1.26 or newer to build it` }
  await mkdir(toolsFolder, { recursive: true })
  const { failed, timedOut, stderr } = await execa('go', ['build', '-o', binary, path], {
    cwd: source,
    stdin: 'ignore',
    timeout: buildMs,
    reject: false,
  })
  if (timedOut) return { missing: `${name} was not built within ${buildMs / 1_000} s; build it: npm run infra:check` }
  if (failed) return { missing: `${name} could not be built: ${stderr.split('\n').slice(-3).join(' ')}` }
  return (await firstOf([[binary]], versionArgs, version)) ?? { missing: `${binary} does not run here` }
}

/** A name that changes with each version that go.mod asks for. */
async function versionOf(source: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(join(source, 'go.mod')))
    .digest('hex')
    .slice(0, 8)
}

/** The folder of a Go module's files, downloaded once by Go; undefined where it cannot be had. */
export async function findGoModule(module: string): Promise<string | undefined> {
  const options = { cwd: toolsFolder, stdin: 'ignore', reject: false, timeout: 120_000 } as const
  await mkdir(toolsFolder, { recursive: true })
  const { failed, stdout } = await execa('go', ['mod', 'download', '-json', module], options)
  if (failed) return undefined
  const { Dir } = JSON.parse(stdout) as { readonly Dir?: string }
  return Dir
}
