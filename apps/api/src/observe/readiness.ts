const FRESH_MS = 1_000
const CHECK_LIMIT_MS = 2_000

/** One dependency as readiness sees it. */
export interface Check {
  readonly name: string
  /** Without it nothing is ready; otherwise it is only reported. */
  readonly required: boolean
  /** Resolves to what is worth telling; rejects when the dependency cannot be used. */
  readonly run: () => Promise<Readonly<Record<string, unknown>>>
}

export interface ReadinessReport {
  readonly ready: boolean
  readonly draining: boolean
  readonly checks: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Whether this process should get requests; the checks run at most once a second. */
export interface Readiness {
  read(): Promise<ReadinessReport>
  /** From now on never ready again: the process is going down. */
  drain(): void
}

interface Checked {
  readonly name: string
  readonly ok: boolean
  readonly required: boolean
  readonly detail: Readonly<Record<string, unknown>>
}

function limited<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${CHECK_LIMIT_MS} ms`)), CHECK_LIMIT_MS)
  })
  return Promise.race([work, limit]).finally(() => clearTimeout(timer))
}

async function check({ name, required, run }: Check): Promise<Checked> {
  try {
    return { name, required, ok: true, detail: await limited(run()) }
  } catch {
    return { name, required, ok: false, detail: { problem: 'not reachable' } }
  }
}

export function createReadiness(checks: readonly Check[]): Readiness {
  let draining = false
  let checked: { readonly at: number; readonly results: Promise<readonly Checked[]> } | undefined

  const results = (): Promise<readonly Checked[]> => {
    if (checked === undefined || performance.now() - checked.at > FRESH_MS) {
      checked = { at: performance.now(), results: Promise.all(checks.map(check)) }
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
