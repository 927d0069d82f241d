import { environment as api, readConfig as readApi } from 'seckill-api/configuration'
import { environment as migrations, readConfig as readMigrations } from 'seckill-migrations/configuration'
import { environment as notifier, readConfig as readNotifier } from 'seckill-notifier/configuration'
import { environment as provider, readConfig as readProvider } from 'seckill-provider/configuration'
import { readConfig as readWorkers, environment as workers } from 'seckill-workers/configuration'
import { readConfig as readService, environment as service } from 'seckill-workers/service-configuration'
import { stepServices } from 'seckill-workflows'
import { z } from 'zod'

/** An environment as a deployment gives it. */
type Variables = Readonly<Record<string, string>>

/** The configuration of one of the sale's processes. */
interface ProcessConfiguration {
  /** The schema that it reads its environment with. */
  readonly environment: z.ZodType
  /** The variables that it reads. */
  readonly variables: ReadonlySet<string>
  /** @throws Error that names every variable that is missing or wrong */
  readonly read: (variables: Variables) => unknown
}

/** The processes of the sale, by the name of their service and image. */
const processes = {
  api: { environment: api, variables: namesOf(api), read: readApi },
  workers: { environment: workers, variables: namesOf(workers), read: readWorkers },
  service: { environment: service, variables: namesOf(service), read: readService },
  notifier: { environment: notifier, variables: namesOf(notifier), read: readNotifier },
  provider: { environment: provider, variables: namesOf(provider), read: readProvider },
  migrations: { environment: migrations, variables: namesOf(migrations), read: readMigrations },
} as const satisfies Readonly<Record<string, ProcessConfiguration>>

export type ProcessName = keyof typeof processes

export const processNames = Object.keys(processes) as readonly ProcessName[]

/** The processes that have an image of their own; that of the workers has the services that run apart too. */
export const imageNames = processNames.filter((name) => name !== 'service')

/** What the Compose file and the chart deploy, by the name that both give it, with the process that it is. */
export const deployments: readonly (readonly [string, ProcessName])[] = [
  ...imageNames.map((name) => [name, name] as const),
  ...stepServices.map((service) => [service, 'service'] as const),
]

/** The schema that a process reads its environment with. */
export function environmentOf(name: ProcessName): z.ZodType {
  return processes[name].environment
}

/** The faults of an environment: variables that its process does not read, and those that it misses or refuses. */
export function environmentFaults(name: ProcessName, given: Variables): readonly string[] {
  const { variables, read } = processes[name]
  const unknown = Object.keys(given).filter((variable) => !variables.has(variable))
  return [...unknown.map((variable) => `${variable}: the process does not read it`), ...refusals(() => read(given))]
}

function refusals(read: () => unknown): readonly string[] {
  try {
    read()
    return []
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}

function namesOf(schema: z.ZodType): ReadonlySet<string> {
  if (schema instanceof z.ZodObject) return new Set(Object.keys(schema.shape))
  if (schema instanceof z.ZodDiscriminatedUnion)
    return new Set(schema.options.flatMap((option) => [...namesOf(option as z.ZodType)]))
  throw new TypeError(`A schema of environment variables is an object or a union of objects, not ${schema.type}.`)
}
