import { parse } from 'yaml'
import { z } from 'zod'

const rule = z.object({
  record: z.string().optional(),
  alert: z.string().optional(),
  expr: z.string(),
  annotations: z.object({ summary: z.string(), description: z.string(), runbook: z.string() }).optional(),
})
const file = z.object({ groups: z.array(z.object({ rules: z.array(rule) })) })

/** A recording or alert rule of Prometheus. */
export type Rule = z.infer<typeof rule>

/** The rules of a file. */
export function rulesOf(text: string): readonly Rule[] {
  return file.parse(parse(text)).groups.flatMap(({ rules }) => rules)
}

/** The metrics of the sale's processes that an expression names; a histogram by its own name. */
export function metricsIn(expression: string): readonly string[] {
  const names = expression.match(/\b(?:seckill|provider|process|nodejs|temporal)_[a-z0-9_]+/g) ?? []
  return [...new Set(names.map((name) => name.replace(/_(?:bucket|count|sum)$/, '')))]
}

/** The anchors of a Markdown text's headings, as GitHub makes them. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  )
}
