import { type ChildProcess, spawn } from 'node:child_process'

export interface ChildOptions {
  readonly cwd: string
  readonly env?: NodeJS.ProcessEnv
  /** The stream that gets the child's standard output; `stderr` keeps standard output free for a result. */
  readonly output: 'stdout' | 'stderr'
}

export interface ChildExit {
  /** 128 plus the signal's number when the child was ended by one. */
  readonly code: number
}

const forwardedSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Runs a Node script without input, forwards signals to it, and waits for its exit. */
export async function runNode(script: string, args: readonly string[], options: ChildOptions): Promise<ChildExit> {
  const { cwd, env = process.env, output } = options
  const stdio = ['ignore', output === 'stdout' ? 'inherit' : process.stderr, 'inherit'] as const
  const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: [...stdio] })
  const stopForwarding = forwardSignals(child)
  try {
    return { code: await exitOf(child) }
  } finally {
    stopForwarding()
  }
}

function forwardSignals(child: ChildProcess): () => void {
  const forward = (signal: NodeJS.Signals): void => {
    child.kill(signal)
  }
  for (const signal of forwardedSignals) process.on(signal, forward)
  return () => {
    for (const signal of forwardedSignals) process.off(signal, forward)
  }
}

const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }

function exitOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve(code ?? 128 + (signalNumbers[signal ?? ''] ?? 0)))
  })
}
