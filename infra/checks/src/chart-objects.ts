import { parseAllDocuments } from 'yaml'
import { z } from 'zod'

const variable = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ secretKeyRef: z.object({ name: z.string(), key: z.string() }) }).optional(),
})
const container = z.looseObject({ name: z.string(), image: z.string(), env: z.array(variable).default([]) })
const pod = z.looseObject({ terminationGracePeriodSeconds: z.number().optional(), containers: z.array(container) })

const object = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string() }),
  spec: z.looseObject({
    replicas: z.number().optional(),
    template: z.object({ spec: pod }).optional(),
  }),
})

/** An object of Kubernetes as the chart renders it. */
export type ChartObject = z.infer<typeof object>

/** The objects of a rendered chart. */
export function objectsOf(rendered: string): readonly ChartObject[] {
  return parseAllDocuments(rendered)
    .map((document) => document.toJS() as unknown)
    .filter((value) => value !== null)
    .map((value) => object.parse(value))
}

/** The pod of a Deployment or Job. @throws Error when the chart has no such object */
export function podOf(objects: readonly ChartObject[], name: string): z.infer<typeof pod> {
  const found = objects.find(({ kind, metadata }) => ['Deployment', 'Job'].includes(kind) && metadata.name === name)
  if (found?.spec.template === undefined) throw new Error(`The chart has no Deployment and no Job ${name}.`)
  return found.spec.template.spec
}

/** The environment of a pod's one container, with a plausible value for each variable of a secret. */
export function environmentIn(
  { containers: [only] }: z.infer<typeof pod>,
  secrets: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const variables = only?.env ?? []
  return Object.fromEntries(
    variables.map(({ name, value, valueFrom }) => [name, value ?? secrets[valueFrom?.secretKeyRef.key ?? ''] ?? '']),
  )
}
