import { existsSync } from 'node:fs'
import { execa } from 'execa'

/** A program that checks files, or why there is none. */
export type Tool =
  | { readonly command: readonly [string, ...string[]]; readonly version: string }
  | { readonly missing: string }

/** The end of a program that ran. */
export interface Ran {
  readonly exitCode: number | undefined
  readonly stdout: string
  readonly stderr: string
}

/** The first of these commands whose version matches. */
export async function firstOf(
  commands: readonly (readonly [string, ...string[]])[],
  versionArgs: readonly string[],
  wanted: RegExp,
): Promise<Exclude<Tool, { readonly missing: string }> | undefined> {
  for (const command of commands) {
    if (command[0].includes('/') && !existsSync(command[0])) continue
    const { exitCode, stdout, stderr } = await runTool({ command, version: '' }, versionArgs)
    const version = wanted.exec(`${stdout}\n${stderr}`)?.[0]
    if (exitCode === 0 && version !== undefined) return { command, version }
  }
  return undefined
}

/** Runs a tool; only the variables given are its environment, beside PATH and HOME. */
export async function runTool(
  { command: [file, ...first] }: Exclude<Tool, { readonly missing: string }>,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly input?: string } = {},
): Promise<Ran> {
  const { PATH = '', HOME = '' } = process.env
  const { exitCode, stdout, stderr } = await execa(file, [...first, ...args], {
    ...options,
    ...(options.input === undefined && { stdin: 'ignore' }),
    env: { PATH, HOME, ...options.env },
    extendEnv: false,
    reject: false,
    maxBuffer: 100_000_000,
  })
  return { exitCode, stdout: stdout ?? '', stderr: stderr ?? '' }
}
