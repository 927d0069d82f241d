import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { toolsFolder } from './repository.js'

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
const timeout = 120_000

/** The folder that a package was unpacked to, or why it could not be had. */
type Unpacked = { readonly folder: string } | { readonly missing: string }

/**
 * Downloads a package of another Debian suite from the machine's own mirror and unpacks it beside the other tools; the
 * machine's package lists and packages stay as they are. A package that is there is not asked for again.
 */
export async function aptUnpack(name: string, suite: string): Promise<Unpacked> {
  const folder = join(toolsFolder, `${name}-${suite}`)
  if (existsSync(folder)) return { folder }
  if (!existsSync(keyring)) return { missing: `no ${name} here, and Debian's keyring ${keyring} to get it is missing` }
  try {
    await download(name, suite, folder)
    return { folder }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error)
    return { missing: `no ${name} here, and apt could not get it from ${suite}: ${reason}` }
  }
}

async function download(name: string, suite: string, folder: string): Promise<void> {
  const work = `${folder}.${process.pid}`
  for (const part of ['lists/partial', 'cache/archives/partial', 'unpacked'])
    await mkdir(join(work, part), { recursive: true })
  try {
    await writeFile(join(work, 'status'), '')
    await writeFile(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${await debianMirror()} ${suite} main\n`)
    const options = [
      `Dir::Etc::sourcelist=${work}/sources.list`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::lists=${work}/lists`,
      `Dir::State::status=${work}/status`,
      `Dir::Cache=${work}/cache`,
    ].flatMap((option) => ['-o', option])
    await execa('apt-get', [...options, 'update', '-qq'], { timeout })
    await execa('apt-get', [...options, 'download', '-qq', name], { cwd: work, timeout })
    const file = (await readdir(work)).find((entry) => entry.endsWith('.deb'))
    if (file === undefined) throw new Error(`apt-get download left no package of ${name}`)
    await execa('dpkg', ['-x', join(work, file), join(work, 'unpacked')], { timeout })
    await rename(join(work, 'unpacked'), folder)
  } finally {
    await rm(work, { recursive: true, force: true })
  }
}

/** @throws Error when the machine's package lists name no archive of Debian */
async function debianMirror(): Promise<string> {
  const { stdout } = await execa('apt-get', ['indextargets', '--format', '$(ORIGIN) $(LABEL) $(REPO_URI)'], { timeout })
  const mirror = stdout.split('\n').find((line) => line.startsWith('Debian Debian '))
  const uri = mirror?.split(' ').at(-1)
  if (uri === undefined) throw new Error("the machine's package lists name no archive of Debian; run apt-get update")
  return uri
}
