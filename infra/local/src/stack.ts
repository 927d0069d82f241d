/** The servers of a local stack. */
export const serviceNames = ['redis', 'mysql', 'temporal'] as const

/** One server of a local stack. */
export type ServiceName = (typeof serviceNames)[number]

/** A running stack and how to reach it; `env` is what its client processes need in their environment. */
export interface Stack {
  readonly name: string
  /** The directory of its data, logs and state. */
  readonly dir: string
  readonly redisUrl: string
  /** The sale's own account: reads and writes rows, changes no tables. */
  readonly databaseUrl: string
  /** May create databases named `seckill…` and change their tables. */
  readonly databaseMigrationUrl: string
  readonly temporalAddress: string
  /** Temporal's Web UI, or null where a given server has none that we know of. */
  readonly temporalUiUrl: string | null
  readonly env: Readonly<Record<string, string>>
}

/** Which stack of which repository. */
export interface StackSelector {
  /** The repository; its `.seckill/` holds the data. */
  readonly root: string
  /** Lower-case letters, digits and dashes; `demo` when left out. */
  readonly name?: string | undefined
}

/** A progress event of a stack that starts or stops. */
export interface StackProgress {
  readonly service: ServiceName | 'stack'
  /** `tick` repeats while something long runs; `ready`, `reused` and `stopped` are the last of their service. */
  readonly phase: 'working' | 'tick' | 'launching' | 'launched' | 'ready' | 'reused' | 'stopped'
  readonly message: string
  /** Milliseconds since this service's work began. */
  readonly elapsedMs: number
}

/** Receives progress, in order, as it happens. */
export type OnProgress = (progress: StackProgress) => void

/** Environment variables as Node gives them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Options of starting a stack. */
export interface StartStackOptions extends StackSelector {
  readonly onProgress?: OnProgress | undefined
  /** Where server URLs, PATH and the cache directory are looked up; `process.env` when left out. */
  readonly env?: Environment | undefined
  /** Aborting ends the start and stops the servers this call started. */
  readonly signal?: AbortSignal | undefined
}
