import * as z from 'zod'

const processRecord = z.object({
  kind: z.literal('process'),
  binary: z.string(),
  version: z.string(),
  dataDir: z.string(),
  port: z.int(),
  uiPort: z.int().nullable(),
  /** `null` from before the launch until the process is known; the pid file has it then. */
  pid: z.int().nullable(),
  /** Tells this process from a later one with the same pid. */
  startTime: z.string().nullable(),
})

const containerRecord = z.object({
  kind: z.literal('container'),
  image: z.string(),
  container: z.string(),
  volume: z.string(),
  port: z.int(),
})

const externalRecord = z.object({
  kind: z.literal('external'),
  env: z.record(z.string(), z.string()),
})

const serviceRecord = z.discriminatedUnion('kind', [processRecord, containerRecord, externalRecord])

/** The content of `state.json`. */
export const stackStateSchema = z.object({
  format: z.literal(1),
  name: z.string(),
  passwords: z.object({ app: z.string(), migrator: z.string(), root: z.string() }),
  services: z
    .object({ redis: serviceRecord, mysql: serviceRecord, temporal: serviceRecord, rabbitmq: serviceRecord })
    .partial(),
})

/** The state of a stack between two calls of its launcher. */
export type StackState = z.infer<typeof stackStateSchema>
/** The record of one server of the stack. */
export type ServiceRecord = z.infer<typeof serviceRecord>
/** A server this stack runs as a process. */
export type ProcessRecord = z.infer<typeof processRecord>
/** A server this stack runs in Docker. */
export type ContainerRecord = z.infer<typeof containerRecord>
