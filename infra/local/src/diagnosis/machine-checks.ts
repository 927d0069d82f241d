import { existsSync } from 'node:fs'
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises'
import { availableParallelism, freemem, totalmem } from 'node:os'
import { dirname, join } from 'node:path'
import { findOnPath, versionOf } from '../discovery/executable.js'
import { freePort } from '../discovery/free-port.js'
import type { Environment } from '../stack.js'
import { reasonOf } from '../stack-error.js'
import type { StackLayout } from '../stack-layout.js'
import type { Finding } from './finding.js'

const gib = 1024 ** 3
/** `statfs` types whose files do not survive a restart: tmpfs and ramfs. */
const memoryFileSystems: readonly number[] = [0x01021994, 0x858458f6]

/** Checks for Node.js 22.12 or newer. */
export async function checkNode(version = process.versions.node): Promise<Finding> {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const detail = `${version} at ${process.execPath}`
  if (major > 22 || (major === 22 && minor >= 12)) return { subject: 'Node.js', level: 'ok', detail, hint: null }
  return { subject: 'Node.js', level: 'failed', detail, hint: 'Run ./seckill, which brings Node 24, or install it.' }
}

/** Checks for npm, with which `./seckill` installs the dependencies. */
export async function checkNpm(env: Environment): Promise<Finding> {
  const npm = findOnPath('npm', env)
  const hint = 'Install Node.js with npm: https://nodejs.org'
  if (npm === undefined) return { subject: 'npm', level: 'failed', detail: 'not on PATH', hint }
  return { subject: 'npm', level: 'ok', detail: `${await versionOf(npm, ['--version'])} at ${npm}`, hint: null }
}

/** Checks for a free port on loopback. */
export async function checkPorts(): Promise<Finding> {
  const subject = 'ports'
  try {
    return { subject, level: 'ok', detail: `127.0.0.1:${await freePort()} is free, for example`, hint: null }
  } catch (error) {
    const hint = 'Allow programs to listen on 127.0.0.1.'
    return { subject, level: 'failed', detail: reasonOf(error), hint }
  }
}

/** Checks that the data directory is writable. */
export async function checkDataDirectory({ dir }: StackLayout): Promise<Finding> {
  const directory = dirname(dir)
  const probe = join(directory, `probe-${process.pid}`)
  try {
    await mkdir(directory, { recursive: true })
    await writeFile(probe, 'x')
    await rm(probe)
    return { subject: 'data', level: 'ok', detail: `${directory} is writable`, hint: null }
  } catch (error) {
    const hint = `Make ${directory} writable for you.`
    return { subject: 'data', level: 'failed', detail: reasonOf(error), hint }
  }
}

/** Checks for 1 GiB of disk space, on a file system that survives a restart. */
export async function checkDisk({ dir }: StackLayout): Promise<Finding> {
  const stacks = dirname(dir)
  const directory = existsSync(stacks) ? stacks : dirname(stacks)
  const { bavail, bsize, type } = await statfs(directory)
  const free = (bavail * bsize) / gib
  const detail = `${free.toFixed(1)} GiB free at ${directory}`
  if (free < 1) return { subject: 'disk', level: 'failed', detail, hint: `Free 2 GiB at ${dirname(directory)}.` }
  if (memoryFileSystems.includes(type)) {
    const hint = 'Clone to a disk to have accepted purchases survive a restart of the machine.'
    return { subject: 'disk', level: 'note', detail: `${detail}, which is memory`, hint }
  }
  return { subject: 'disk', level: 'ok', detail, hint: null }
}

/** Checks for the memory of three servers, an API and a worker. */
export async function checkMemory(): Promise<Finding> {
  const [total, free] = [totalmem() / gib, freemem() / gib]
  const detail = `${total.toFixed(1)} GiB, ${free.toFixed(1)} GiB unused, ${availableParallelism()} cores`
  if (total >= 2) return { subject: 'memory', level: 'ok', detail, hint: null }
  return { subject: 'memory', level: 'note', detail, hint: 'The whole sale wants 2 GiB; a small rush does with less.' }
}
