import { z } from 'zod'

const port = z.object({ host_ip: z.string().optional(), published: z.string().optional(), target: z.number() })

const service = z.object({
  image: z.string(),
  command: z.array(z.string()).nullish(),
  environment: z.record(z.string(), z.string()).optional(),
  ports: z.array(port).default([]),
  user: z.string().optional(),
  read_only: z.boolean().default(false),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  healthcheck: z.unknown().optional(),
  deploy: z.object({ replicas: z.number().optional() }).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
})

/** A service as `docker-compose config` renders it. */
export type ComposeService = z.infer<typeof service>

const model = z.object({
  services: z.record(z.string(), service),
  configs: z.record(z.string(), z.object({ content: z.string() })),
})

/** The services of a rendered compose file by name. */
export function servicesOf(json: string): ReadonlyMap<string, ComposeService> {
  return new Map(Object.entries(model.parse(JSON.parse(json)).services))
}

/** The text of a configuration file that a rendered compose file has in itself. @throws Error when there is none */
export function configOf(json: string, name: string): string {
  const found = model.parse(JSON.parse(json)).configs[name]
  if (found === undefined) throw new Error(`The compose file has no config ${name}.`)
  return found.content
}
