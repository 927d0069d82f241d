import { resetStack, type Stack, type StackProgress, stackStatus, startStack, stopStack } from 'seckill-local-stack'
import type { NamedProcesses } from '../measure/cpu-clock.js'

/** The private stack of the benchmark. */
export interface BenchStack {
  readonly stack: Stack
  /** Versions by server. */
  readonly versions: Readonly<Record<string, string>>
  /** The servers' processes as they are now; one that was killed and started again is another one. */
  processes(): Promise<NamedProcesses>
  stop(): Promise<void>
}

export interface BenchStackOptions {
  readonly root: string
  readonly name: string
  readonly signal: AbortSignal
  readonly onProgress: (line: string) => void
}

/** Starts a stack on empty data directories; servers that the environment names are ignored. */
export async function startBenchStack({ root, name, signal, onProgress }: BenchStackOptions): Promise<BenchStack> {
  const selector = { root, name }
  const tell = (progress: StackProgress): void => {
    const { service, phase, message } = progress
    if (phase === 'ready' || phase === 'reused' || phase === 'stopped') onProgress(`${service} ${phase} ${message}`)
  }
  await resetStack(selector)
  const stack = await startStack({ ...selector, env: withoutServers(process.env), signal, onProgress: tell })
  const { services } = await stackStatus(selector)
  return {
    stack,
    versions: Object.fromEntries(services.map(({ service, version }) => [service, version ?? 'unknown'])),
    processes: async () => pidsOf(await stackStatus(selector)),
    stop: () => stopStack({ ...selector, onProgress: tell }),
  }
}

function pidsOf({ services }: Awaited<ReturnType<typeof stackStatus>>): NamedProcesses {
  return Object.fromEntries(services.flatMap(({ service, pid }) => (pid === null ? [] : [[service, pid]])))
}

function withoutServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { REDIS_URL, DATABASE_URL, DATABASE_MIGRATION_URL, TEMPORAL_ADDRESS, ...rest } = env
  return rest
}
