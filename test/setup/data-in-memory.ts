import { cpSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { StackSelector } from 'seckill-local-stack'

const memory = '/dev/shm'
const prefix = 'seckill-tests-'
const leastBytes = 3 * 1024 ** 3

/**
 * Puts the data of the stacks that tests start into memory, where the machine has a file system of that kind with enough room: no
 * test needs data that outlives the machine, and a commit does not wait for a disk. A given SECKILL_DATA_DIR stays.
 */
export function keepDataInMemory(): void {
  const { SECKILL_DATA_DIR: given } = process.env
  if (given || !hasRoom()) return
  process.env.SECKILL_DATA_DIR = mkdtempSync(join(memory, prefix))
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(memory)
    return bavail * bsize > leastBytes
  } catch {
    return false
  }
}

/** Removes the data of a stopped stack from memory; its logs go to the repository's `.seckill/<name>/logs`. */
export function removeFromMemory({ root, name }: Required<StackSelector>): void {
  const { SECKILL_DATA_DIR: data } = process.env
  if (data === undefined || dirname(data) !== memory || !basename(data).startsWith(prefix)) return
  const logs = join(root, '.seckill', `${name}`, 'logs')
  rmSync(logs, { recursive: true, force: true })
  cpSync(join(data, `${name}`, 'logs'), logs, { recursive: true })
  rmSync(join(data, `${name}`), { recursive: true, force: true })
  // The stack of another test project may still be there.
  if (readdirSync(data).every((entry) => entry === '.locks')) rmSync(data, { recursive: true, force: true })
}
