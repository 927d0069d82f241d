const freshMs = 1_000
const checkLimitMs = 2_000

/** The check of one dependency. */
export interface Check {
  readonly name: string
  /** `true` when the process is not ready without the dependency; otherwise its state is only reported. */
  readonly required: boolean
  /** Resolves to details for the report; rejects when the dependency is not usable. */
  readonly run: () => Promise<Readonly<Record<string, unknown>>>
}

interface ReadinessReport {
  readonly ready: boolean
  readonly draining: boolean
  readonly checks: Readonly<Record<string, Readonly<Record<string, unknown>>>>
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
  readonly detail: Readonly<Record<string, unknown>>
}

function limited<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The dependency did not answer within ${checkLimitMs} ms.`)),
      checkLimitMs,
    )
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
    if (checked === undefined || performance.now() - checked.at > freshMs) {
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
