import type { ContainerCommand } from '../discovery/docker.js'
import type { Environment, ServiceName } from '../stack.js'
import type { StackLayout } from '../stack-layout.js'
import type { ContainerRecord, ProcessRecord, StackState } from '../state/stack-state.js'

/** The context of one service's start. */
export interface ServiceContext {
  readonly layout: StackLayout
  readonly state: StackState
  readonly env: Environment
  readonly signal: AbortSignal
  /** Reports a line of progress of this service. */
  report(message: string, phase?: 'working' | 'tick' | 'launching' | 'launched'): void
}

/** The source of a server. */
export type ServerSource =
  | { readonly kind: 'binary'; readonly binary: string; readonly version: string }
  | { readonly kind: 'image'; readonly image: string }

/** The variables by which clients find a server, for example `REDIS_URL`. */
export type ServiceEnv = Readonly<Record<string, string>>

/** The differences between the servers. */
export interface ServiceDriver {
  readonly service: ServiceName
  /** Its name in messages. */
  readonly title: string
  /** Time to end after SIGTERM, in milliseconds, before SIGKILL. */
  readonly stopGraceMs: number
  readonly hasUi: boolean
  /** The server that the environment gives by URL, or undefined. */
  given(env: Environment): ServiceEnv | undefined
  /** Finds or installs the server. @throws StackError with what to type when it cannot. */
  obtain(context: ServiceContext): Promise<ServerSource>
  /** Prepares the data directory before each launch. */
  prepare(context: ServiceContext, record: ProcessRecord): Promise<void>
  /** The server's arguments; they name `record.dataDir`, by which its process is recognised. */
  args(context: ServiceContext, record: ProcessRecord): readonly string[]
  /** Variables of the server's environment, beside those that every server gets. */
  variables?(layout: StackLayout): Environment
  container(context: ServiceContext, record: ContainerRecord): Promise<ContainerCommand>
  env(state: StackState, record: ProcessRecord | ContainerRecord): ServiceEnv
  /** Sends requests as a client does and returns the version. @throws when one of them fails. */
  check(env: ServiceEnv): Promise<string>
}
