import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { execa } from 'execa'
import { reasonOf } from '../stack-error.js'

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
const timeout = 120_000

/** A package of another Debian suite, and where its files go. */
interface AptUnpackOptions {
  readonly name: string
  /** For example `trixie`. */
  readonly suite: string
  /** The folder of the files; where it exists, nothing is asked for. */
  readonly folder: string
  /** Also the packages that this one needs, down to its C library. */
  readonly withDependencies?: boolean
  /** Changes the files before they are in their folder. */
  readonly prepare?: (files: string) => Promise<void>
}

/** The folder that a package was unpacked to, or why it could not be had. */
type AptUnpacked = { readonly folder: string } | { readonly missing: string }

/**
 * Downloads a package of another Debian suite from the machine's own mirror and unpacks it; the machine's package lists and
 * packages stay as they are.
 */
export async function aptUnpack(options: AptUnpackOptions): Promise<AptUnpacked> {
  const { name, suite, folder } = options
  if (existsSync(folder)) return { folder }
  if (!existsSync(keyring)) return { missing: `no ${name} here, and Debian's keyring ${keyring} to get it is missing` }
  try {
    await download(options)
    return { folder }
  } catch (error) {
    // Another process was first.
    if (existsSync(folder)) return { folder }
    return { missing: `no ${name} here, and apt could not get it from ${suite}: ${reasonOf(error)}` }
  }
}

async function download({ name, suite, folder, withDependencies, prepare }: AptUnpackOptions): Promise<void> {
  const work = `${folder}.${process.pid}`
  const archives = join(work, 'cache', 'archives')
  const files = join(work, 'files')
  for (const part of [join(work, 'lists', 'partial'), join(archives, 'partial'), files])
    await mkdir(part, { recursive: true })
  try {
    // Of no package installed, so that apt names all that are needed.
    await writeFile(join(work, 'status'), '')
    await writeFile(join(work, 'sources.list'), `deb [signed-by=${keyring}] ${await debianMirror()} ${suite} main\n`)
    const options = [
      `Dir::Etc::sourcelist=${work}/sources.list`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::lists=${work}/lists`,
      `Dir::State::status=${work}/status`,
      `Dir::Cache=${work}/cache`,
    ].flatMap((option) => ['-o', option])
    const apt = (...args: readonly string[]) =>
      execa('apt-get', [...options, '-qq', ...args], { cwd: archives, stdin: 'ignore', timeout })
    await apt('update')
    if (withDependencies) await apt('install', '-y', '--no-install-recommends', '--download-only', name)
    else await apt('download', name)
    const packages = (await readdir(archives)).filter((entry) => entry.endsWith('.deb'))
    if (packages.length === 0) throw new Error(`apt-get left no package of ${name}`)
    for (const entry of packages) await execa('dpkg', ['-x', join(archives, entry), files], { timeout })
    await prepare?.(files)
    await rename(files, folder)
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
