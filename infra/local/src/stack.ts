/** The servers of every local stack. */
export const neededServices = ['redis', 'mysql', 'temporal'] as const

/** The servers that a stack has where they are asked for. */
export const optionalServices = ['rabbitmq'] as const

/** A server that a stack has where it is asked for. */
export type OptionalService = (typeof optionalServices)[number]

/** The servers of a local stack. */
export const serviceNames = [...neededServices, ...optionalServices] as const

/** One server of a local stack. */
export type ServiceName = (typeof serviceNames)[number]

/** A running stack and its addresses; `env` has the variables that client processes need. */
export interface Stack {
  readonly name: string
  /** The directory of its data, logs and state. */
  readonly dir: string
  readonly redisUrl: string
  /** URL of the sale's account, which reads and writes rows and changes no tables. */
  readonly databaseUrl: string
  /** URL of the account that may create databases named `seckill…` and change their tables. */
  readonly databaseMigrationUrl: string
  readonly temporalAddress: string
  /** The URL of Temporal's Web UI; `null` for a given server without TEMPORAL_UI_URL. */
  readonly temporalUiUrl: string | null
  /** The URL of RabbitMQ; `null` for a stack without it. */
  readonly rabbitmqUrl: string | null
  /** The URL of RabbitMQ's management page; `null` where there is none. */
  readonly rabbitmqManagementUrl: string | null
  readonly env: Readonly<Record<string, string>>
}

/** A stack by its repository and name. */
export interface StackSelector {
  /** The repository; its `.seckill/` holds the data, unless SECKILL_DATA_DIR names another directory. */
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
  /** Servers beside those of every stack; none when left out. */
  readonly with?: readonly OptionalService[] | undefined
  readonly onProgress?: OnProgress | undefined
  /** The environment with server URLs, PATH and the cache directory; `process.env` when left out. */
  readonly env?: Environment | undefined
  /** Aborting ends the start and stops the servers this call started. */
  readonly signal?: AbortSignal | undefined
}
