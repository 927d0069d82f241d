import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

/** The repository's root, below which every page has its source. */
export const root = join(import.meta.dirname, '../../..')

/** A page of the site: a Markdown file of the repository, and its path on the site. */
export interface Page {
  /** From the repository's root, `docs/runbook.md`. */
  readonly source: string
  /** `operations/runbook.md`. */
  readonly route: string
  readonly title: string
}

/** Pages under one heading of the sidebar. */
export interface Section {
  readonly title: string
  readonly pages: readonly Page[]
}

/** The title is the page's first heading, where none is given. */
function page(source: string, route: string, title?: string): Page {
  const heading = /^# (.+)$/m.exec(readFileSync(join(root, source), 'utf8'))?.[1] ?? basename(source, '.md')
  return { source, route, title: title ?? heading.replace(/ \(`[^`]*`\)/, '').replaceAll('`', '') }
}

/** The pages of a folder in the order of their names. */
function folder(glob: string, route: string): readonly Page[] {
  const sources = globSync(glob, { cwd: root }).sort()
  return sources.map((source) => page(source, `${route}/${basename(source)}`))
}

function manual(...names: readonly string[]): readonly Page[] {
  return names.map((name) => page(`packages/saga-core/docs/${name}.md`, `saga-core/${name}.md`))
}

function examples(...names: readonly string[]): readonly Page[] {
  return names.map((name) => page(`examples/${name}/README.md`, `examples/${name}.md`))
}

export const sections: readonly Section[] = [
  {
    title: 'saga-core',
    pages: [
      page('packages/saga-core/README.md', 'saga-core/index.md', 'In ten minutes'),
      ...manual('tutorial', 'definition', 'workflows'),
    ],
  },
  {
    title: 'saga-core: topics',
    pages: manual('activities', 'barriers', 'client', 'testing', 'changing-a-saga', 'errors', 'costs', 'coming-from'),
  },
  {
    title: 'Sagas to copy from',
    pages: [page('docs/sagas.md', 'examples/index.md'), ...examples('trip-booking', 'money-transfer', 'subscription')],
  },
  {
    title: 'The flash sale',
    pages: [
      page('README.md', 'sale/index.md', 'Run it'),
      page('ARCHITECTURE.md', 'sale/architecture.md'),
      page('docs/glossary.md', 'sale/glossary.md'),
      page('docs/errors.md', 'sale/errors.md'),
      page('docs/events.md', 'sale/events.md'),
      page('docs/certificate.md', 'sale/certificate.md'),
      page('docs/performance.md', 'sale/performance.md'),
      page('docs/seed.md', 'sale/seed.md'),
    ],
  },
  {
    title: 'Operations',
    pages: [
      page('docs/runbook.md', 'operations/runbook.md'),
      page('docs/capacity.md', 'operations/capacity.md'),
      page('docs/configuration.md', 'operations/configuration.md'),
      page('docs/traces.md', 'operations/traces.md'),
      page('infra/README.md', 'operations/deployment.md'),
      page('infra/helm/seckill/VALUES.md', 'operations/chart-values.md', 'Values of the Helm chart'),
      page('SECURITY.md', 'operations/security.md'),
    ],
  },
  {
    title: 'Contributing',
    pages: [page('CONTRIBUTING.md', 'contributing/index.md', 'Build, check, change')],
  },
  { title: 'Decisions', pages: folder('docs/adr/*.md', 'contributing/adr') },
]

/** The pages that only the site has. */
export const ownPages: readonly Page[] = [
  page('docs/site/index.md', 'index.md'),
  page('docs/site/zh/index.md', 'zh/index.md'),
  page('docs/site/zh/start.md', 'zh/start.md'),
  page('docs/site/zh/sale.md', 'zh/sale.md'),
  page('docs/site/zh/runbook.md', 'zh/runbook.md'),
]

export const pages: readonly Page[] = [...sections.flatMap((section) => section.pages), ...ownPages]
