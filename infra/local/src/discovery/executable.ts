import { accessSync, constants, statSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { execa } from 'execa'
import type { Environment } from '../stack.js'
import { reasonOf, StackError } from '../stack-error.js'

/** Directories outside PATH into which package managers install servers. */
const serverDirectories = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/bin',
  '/opt/homebrew/bin',
  '/opt/homebrew/sbin',
  '/opt/homebrew/opt/mariadb/bin',
  '/opt/homebrew/opt/mysql/bin',
  '/opt/homebrew/opt/mysql@8.4/bin',
  '/usr/local/opt/mariadb/bin',
  '/usr/local/opt/mysql/bin',
  '/usr/local/opt/mysql@8.4/bin',
]

/** The first of these programs on PATH or in a directory of package managers. */
export function findServer(names: readonly string[], env: Environment): string | undefined {
  return findIn(names, [...pathOf(env), ...serverDirectories])
}

/** A program on PATH. */
export function findOnPath(name: string, env: Environment): string | undefined {
  return findIn([name], pathOf(env))
}

/** Reports whether this file can be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

/**
 * The output of a program for its version flag, on one line.
 *
 * @throws StackError `START_FAILED` when it cannot be run.
 */
export async function versionOf(binary: string, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await execa(binary, args, { stdin: 'ignore', timeout: 20_000 })
    return stdout.trim().replaceAll(/\s+/g, ' ')
  } catch (error) {
    const hint = 'Install it again, or put a working one earlier on PATH.'
    throw new StackError('START_FAILED', `${binary} ${args.join(' ')} failed: ${reasonOf(error)}`, hint, {
      cause: error,
    })
  }
}

/** The environment of a server: the variables it needs to run, and none that would configure it. */
export function serverEnvironment(env: Environment): Environment {
  const names = ['PATH', 'HOME', 'USER', 'LOGNAME', 'LANG', 'TMPDIR', 'XDG_RUNTIME_DIR']
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])))
}

function pathOf(env: Environment): readonly string[] {
  return (env.PATH ?? '').split(delimiter).filter((directory) => directory.startsWith('/'))
}

function findIn(names: readonly string[], directories: readonly string[]): string | undefined {
  const candidates = names.flatMap((name) => directories.map((directory) => join(directory, name)))
  return candidates.find(isExecutable)
}
