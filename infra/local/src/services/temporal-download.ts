import { randomUUID } from 'node:crypto'
import { chmod, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import type { ServiceContext } from './service-driver.js'
import { temporalCliVersion } from './temporal-version.js'

const limitMs = 120_000
const program = fileURLToPath(new URL('temporal-download-process.js', import.meta.url))

/**
 * Has the Temporal SDK download the CLI, in a process of its own so that the time is bounded, and puts it at `target`.
 *
 * @throws when the host cannot be reached within 5 s, or the download takes longer than two minutes.
 */
export async function downloadTemporal(context: ServiceContext, target: string): Promise<void> {
  await requireDownloadHost(context)
  context.report(`not found: downloading the Temporal CLI ${temporalCliVersion}`)
  const directory = join(dirname(target), `download-${randomUUID()}`)
  await mkdir(directory, { recursive: true })
  try {
    await execa(process.execPath, [program, directory, temporalCliVersion], {
      stdin: 'ignore',
      timeout: limitMs,
      cancelSignal: context.signal,
    })
    const [file] = await readdir(directory)
    if (file === undefined) throw new Error('The Temporal SDK downloaded no file.')
    await chmod(join(directory, file), 0o755)
    await rename(join(directory, file), target)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Fails within seconds on a machine without network; behind a proxy only the SDK can tell. */
async function requireDownloadHost({ env, signal }: ServiceContext): Promise<void> {
  if (env.HTTPS_PROXY || env.https_proxy) return
  const query = `https://temporal.download/cli/${temporalCliVersion}?platform=${process.platform}&arch=${process.arch}`
  try {
    await fetch(query, { method: 'HEAD', signal: AbortSignal.any([signal, AbortSignal.timeout(5_000)]) })
  } catch (error) {
    throw new Error('The host temporal.download cannot be reached.', { cause: error })
  }
}
