import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { execa } from 'execa'
import { beforeAll, describe, expect, it } from 'vitest'
import { inRepository } from '../src/repository.js'

const site = inRepository('docs/site/dist')

/** The values of an attribute in a page's elements. */
function valuesOf(html: string, attribute: string): readonly string[] {
  return [...html.matchAll(new RegExp(` ${attribute}="([^"]*)"`, 'g'))].map(([, value = '']) => value)
}

/** The file of the site that a link of a page leads to, and the element in it. */
function targetOf(page: string, link: string): { readonly file: string; readonly id: string } {
  const [path = '', id = ''] = link.split('#')
  const absolute = path === '' ? page : posix.join(path.startsWith('/') ? '' : dirname(page), path)
  const file = absolute.replace(/^\//, '').replace(/(^|\/)$/, '$1index.html')
  return { file: /\.\w+$/.test(file) ? file : `${file}.html`, id: decodeURIComponent(id) }
}

describe('the documentation site', () => {
  let pages: readonly string[]

  beforeAll(async () => {
    await execa('npm', ['run', 'docs'], { cwd: inRepository(), stdin: 'ignore' })
    pages = globSync('**/*.html', { cwd: site, exclude: ['api/**', '404.html'] })
  })

  it('has a page for every document', () => {
    const documents = globSync(
      ['*.md', 'docs/**/*.md', 'packages/saga-core/{README.md,docs/*.md}', 'examples/*/README.md'],
      {
        cwd: inRepository(),
        exclude: (name) => /^(node_modules|dist|\.pages)$/.test(name),
      },
    )
    expect(pages.length).toBe(documents.length + ['infra/README.md', 'infra/helm/seckill/VALUES.md'].length)
  })

  it('has no link that leads nowhere', () => {
    const ids = new Map(pages.map((page) => [page, new Set(valuesOf(readFileSync(join(site, page), 'utf8'), 'id'))]))
    const links = pages.flatMap((page) =>
      valuesOf(readFileSync(join(site, page), 'utf8'), 'href')
        .filter((link) => !/^[a-z]+:/.test(link))
        .map((link) => ({ page, link, ...targetOf(page, link) })),
    )
    const broken = links.filter(
      ({ file, id }) => !existsSync(join(site, file)) || (id !== '' && ids.get(file)?.has(id) === false),
    )
    expect(links.length).toBeGreaterThan(500)
    expect(broken.map(({ page, link }) => `${page}: ${link}`)).toEqual([])
  })

  it('loads nothing from elsewhere', () => {
    const loaded = pages.flatMap((page) => {
      const html = readFileSync(join(site, page), 'utf8')
      const styles = [...html.matchAll(/<link rel="(?:stylesheet|preload|modulepreload|icon)[^"]*" href="([^"]*)"/g)]
      return [
        ...valuesOf(html, 'src'),
        ...styles.map(([, href = '']) => href),
        ...[...html.matchAll(/url\(([^)]*)\)/g)].map(([, url = '']) => url),
      ]
    })
    expect(loaded.length).toBeGreaterThan(50)
    expect(loaded.filter((url) => /^["']?(https?:)?\/\//.test(url))).toEqual([])
  })

  it('draws the diagrams when it is built', () => {
    const sagas = readFileSync(join(site, 'examples/index.html'), 'utf8')
    expect(sagas.match(/<svg [^>]*viewBox/g)?.length).toBeGreaterThanOrEqual(6)
    expect(sagas).toContain('decidePayment')
    expect(sagas).not.toContain('flowchart TD')
  })

  it('has an index for coding assistants whose links lead to plain text, and the whole manual in one file', () => {
    const index = readFileSync(join(site, 'llms.txt'), 'utf8')
    const links = [...index.matchAll(/\]\(\/([^)]*)\)/g)].map(([, path = '']) => path)
    expect(links.length).toBeGreaterThan(40)
    expect(links.filter((path) => !existsSync(join(site, path)))).toEqual([])
    const manual = readFileSync(join(site, 'saga-core.txt'), 'utf8')
    for (const page of ['README.md', 'docs/tutorial.md', 'docs/errors.md']) {
      expect(manual).toContain(readFileSync(inRepository('packages/saga-core', page), 'utf8').trim())
    }
  })

  it('has the API reference', () => {
    expect(existsSync(join(site, 'api/index.html'))).toBe(true)
  })
})
