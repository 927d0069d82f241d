import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Environment, resetStack, type Stack, type StackProgress, startStack } from 'seckill-local-stack'

const urls = [
  'REDIS_URL',
  'DATABASE_URL',
  'DATABASE_MIGRATION_URL',
  'TEMPORAL_ADDRESS',
  'TEMPORAL_UI_URL',
  'RABBITMQ_URL',
]

// The stacks of these tests are under the root of each.
delete process.env.SECKILL_DATA_DIR

/** The environment of a newcomer: no server is given by URL. */
export const bareEnv: Environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !urls.includes(name)),
)

/** A repository root of a test's own, with a space in its path, and the stacks in it. */
export class Scratch {
  readonly root = mkdtempSync(join(tmpdir(), 'seckill stack-'))
  readonly progress: StackProgress[] = []

  up(name = 'demo', env: Environment = bareEnv): Promise<Stack> {
    return startStack({ root: this.root, name, env, onProgress: (progress) => this.progress.push(progress) })
  }

  /** The last phase of each service: `ready` when it was launched, `reused` when it was found. */
  outcomes(): Readonly<Record<string, string>> {
    const last = this.progress.filter(({ phase }) => phase === 'ready' || phase === 'reused')
    return Object.fromEntries(last.map(({ service, phase }) => [service, phase]))
  }

  async dispose(): Promise<void> {
    const data = join(this.root, '.seckill')
    for (const name of existsSync(data) ? readdirSync(data) : []) {
      if (!name.startsWith('.')) await resetStack({ root: this.root, name })
    }
    rmSync(this.root, { recursive: true, force: true })
  }
}

interface RecordedService {
  readonly pid: number
  readonly startTime: string
}

/** The processes of a stack in `state.json`. */
export function recorded({ dir }: Pick<Stack, 'dir'>): Readonly<Record<string, RecordedService>> {
  return JSON.parse(readFileSync(join(dir, 'state.json'), 'utf8')).services
}

/** The pids of all servers whose command line names this directory. */
export function serversUnder(directory: string): readonly number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.map(Number).filter((pid) => pid !== process.pid && commandLine(pid).includes(`${directory}/`))
}

function commandLine(pid: number): string {
  try {
    const state = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0]
    return state === 'Z' ? '' : readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch {
    // It ended while the list was read.
    return ''
  }
}
