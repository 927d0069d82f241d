import { createProbe } from 'seckill-process/probe'

const freshMs = 1_000
const checkLimitMs = 2_000

type Detail = Readonly<Record<string, unknown>>

/** The check of one dependency. */
export interface Check {
  readonly name: string
  /** `true` when the process is not ready without the dependency; otherwise its state is only reported. */
  readonly required: boolean
  /** Resolves to details for the report; rejects when the dependency is not usable. */
  readonly run: () => Promise<Detail>
}

/** A dependency that answers and is not usable; the report has its details. */
export class NotUsable extends Error {
  override readonly name = 'NotUsable'

  constructor(readonly detail: Detail) {
    super('The dependency is not usable.')
  }
}

interface ReadinessReport {
  readonly ready: boolean
  readonly draining: boolean
  readonly checks: Readonly<Record<string, Detail & { readonly ok: boolean }>>
}

/** The readiness of this process to receive requests; the checks run at most once a second. */
export interface Readiness {
  read(): Promise<ReadinessReport>
  /** Reports not ready from now on, since the process is stopping. */
  drain(): void
}

interface Checked {
  readonly name: string
  readonly ok: boolean
  readonly required: boolean
  readonly detail: Detail
}

function checker({ name, required, run }: Check): () => Promise<Checked> {
  const probe = createProbe(name, checkLimitMs, run)
  return async () => {
    try {
      return { name, required, ok: true, detail: await probe() }
    } catch (error) {
      const detail = error instanceof NotUsable ? error.detail : { problem: 'not reachable' }
      return { name, required, ok: false, detail }
    }
  }
}

export function createReadiness(checks: readonly Check[]): Readiness {
  const checkers = checks.map(checker)
  let draining = false
  let checked: { readonly at: number; readonly results: Promise<readonly Checked[]> } | undefined

  const results = (): Promise<readonly Checked[]> => {
    if (checked === undefined || performance.now() - checked.at > freshMs) {
      checked = { at: performance.now(), results: Promise.all(checkers.map((check) => check())) }
    }
    return checked.results
  }

  return {
    async read() {
      const all = await results()
      const ready = !draining && all.every(({ ok, required }) => ok || !required)
      return {
        ready,
        draining,
        checks: Object.fromEntries(all.map((one) => [one.name, { ok: one.ok, ...one.detail }])),
      }
    },
    drain() {
      draining = true
    },
  }
}
