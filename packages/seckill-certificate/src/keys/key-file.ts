import { randomUUID } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { type InstallationKeys, installationKeys, newInstallationKeys } from './installation-keys.js'

/** The keys of an installation cannot be used: which file, why, and what to do. It never repeats a key. */
export class KeyFileError extends Error {
  override readonly name = 'KeyFileError'
}

/** Permission bits of users other than the owner and the group. */
const ofOthers = 0o007

/**
 * Reads the keys of an installation.
 * @throws {KeyFileError} when the file is missing, open to every user of the machine, or holds no such keys
 */
export function readKeyFile(file: string): InstallationKeys {
  const mode = modeOf(file)
  if (mode === null)
    throw new KeyFileError(
      `The installation's keys are missing: there is no file ${file}. Give the file of this installation; for a new one: ./seckill certificate new-keys ${file}`,
    )
  if ((mode & ofOthers) !== 0) {
    throw new KeyFileError(
      `The installation's keys in ${file} are open to every user of this machine (mode ${(mode & 0o777).toString(8)}). Close the file (chmod 600) and make new keys: these may be known.`,
    )
  }
  return parse(file, readFileSync(file, 'utf8'))
}

/**
 * Reads the keys of an installation, and makes them where there are none; of several processes that make them at once, one
 * file stays and all read it. Only its owner may read the file.
 * @throws {KeyFileError} like {@link readKeyFile}
 */
export function readOrMakeKeyFile(file: string): InstallationKeys {
  if (modeOf(file) === null) linkNewKeys(file)
  return readKeyFile(file)
}

/** The file of an installation's keys, as a process is configured. */
export interface KeyFilePlace {
  readonly mode: 'local' | 'production'
  readonly installationKeysFile: string
}

/**
 * The keys of a process's installation; a local one makes them where there are none.
 * @throws {KeyFileError} like {@link readKeyFile}
 */
export function installationKeysOf({ mode, installationKeysFile }: KeyFilePlace): InstallationKeys {
  return mode === 'local' ? readOrMakeKeyFile(installationKeysFile) : readKeyFile(installationKeysFile)
}

/**
 * Makes the keys of a new installation, in a file that only its owner may read.
 * @throws {KeyFileError} when there is a file already
 */
export function makeKeyFile(file: string): InstallationKeys {
  if (!linkNewKeys(file)) throw new KeyFileError(`There is a file ${file} already; keys are never replaced.`)
  return readKeyFile(file)
}

/** A link, unlike a rename, never replaces a file: keys that exist stay (`false`), and no reader sees half a file. */
function linkNewKeys(file: string): boolean {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const draft = `${file}.${randomUUID()}`
  try {
    writeFileSync(draft, `${JSON.stringify(newInstallationKeys(), undefined, 2)}\n`, {
      mode: 0o600,
      flag: 'wx',
      flush: true,
    })
    linkSync(draft, file)
    flushFolder(dirname(file))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

/** A key that signed must not be gone after a power cut. */
function flushFolder(folder: string): void {
  const descriptor = openSync(folder, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

function modeOf(file: string): number | null {
  return statSync(file, { throwIfNoEntry: false })?.mode ?? null
}

function parse(file: string, text: string): InstallationKeys {
  const parsed = installationKeys.safeParse(jsonOf(text))
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`)
  throw new KeyFileError(`${file} does not hold an installation's keys: ${problems.join('; ')}.`)
}

/** Text that is no JSON is `undefined`: the error of a parser would repeat a part of it. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
