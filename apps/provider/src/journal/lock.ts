import { randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What a lock says: a process before a restart may have had the same pid, as in a container. */
const self = `${process.pid} ${randomUUID()}`

/** Releases a lock. */
export type Release = () => Promise<void>

/**
 * Takes the lock of a journal, a file beside it that begins with the pid of its holder. The lock of a process that is gone is taken over.
 *
 * @throws Error that names the process which has the journal
 */
export async function lockJournal(path: string): Promise<Release> {
  const lock = `${path}.lock`
  await mkdir(dirname(path), { recursive: true })
  if (!(await take(lock))) await takeOver(path, lock)
  return () => rm(lock, { force: true })
}

/** The link makes the lock with its text, or not at all. */
async function take(lock: string): Promise<boolean> {
  const draft = `${lock}.${randomUUID()}`
  await writeFile(draft, self, { mode: 0o600 })
  try {
    await link(draft, lock)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** Judges the holder under a second lock, so that of two that find the same dead holder none removes the other's lock. */
async function takeOver(path: string, lock: string): Promise<void> {
  const breaking = `${lock}.break`
  const guard = await open(breaking, 'wx', 0o600).catch((error: unknown) => {
    if (!isCode(error, 'EEXIST')) throw error
    throw new Error(`${path} is being taken by another provider. Start again; if there is none, remove ${breaking}.`)
  })
  try {
    const text = await readFile(lock, 'utf8').catch(() => '')
    const holder = Number(text.split(' ')[0])
    if (text !== self && !isAlive(holder)) {
      await rm(lock, { force: true })
      if (await take(lock)) return
    }
    throw new Error(
      `${path} is in use by process ${holder}. Stop that provider, or start with another PROVIDER_JOURNAL; if ${holder} is no provider, remove ${lock}.`,
    )
  } finally {
    await guard.close()
    await rm(breaking, { force: true })
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return isCode(error, 'EPERM')
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
