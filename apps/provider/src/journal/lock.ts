import { open, readFile, rm } from 'node:fs/promises'

/** Releases a lock. */
export type Release = () => Promise<void>

/**
 * Takes the lock of a journal, a file beside it with the pid of its holder. The lock of a process that is gone is taken over.
 *
 * @throws Error that names the process which has the journal
 */
export async function lockJournal(path: string): Promise<Release> {
  const lock = `${path}.lock`
  if (!(await take(lock))) {
    const holder = Number(await readFile(lock, 'utf8').catch(() => ''))
    if (isAlive(holder)) {
      throw new Error(
        `${path} is in use by process ${holder}. Stop that provider, or start with another PROVIDER_JOURNAL; if ${holder} is no provider, remove ${lock}.`,
      )
    }
    await rm(lock, { force: true })
    if (!(await take(lock))) throw new Error(`${path} was taken by another provider that starts now; start again.`)
  }
  return () => rm(lock, { force: true })
}

async function take(lock: string): Promise<boolean> {
  try {
    const file = await open(lock, 'wx', 0o600)
    await file.writeFile(`${process.pid}\n`)
    await file.close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** A pid of this process is that of a holder before a restart, as in a container. */
function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
