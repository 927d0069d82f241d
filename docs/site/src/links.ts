import { posix } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'
import { pages } from './pages.ts'

const routeOf = new Map(pages.map(({ source, route }) => [source, route]))
const sourceOf = new Map(pages.map(({ source, route }) => [route, source]))

/** The site's link for a link of a source file; `undefined` for a file of the repository that is no page. */
export function toSiteLink(source: string, href: string): string | undefined {
  if (/^([a-z]+:|#|\/)/.test(href)) return href
  const [path = '', hash] = href.split('#')
  const target = posix.normalize(posix.join(posix.dirname(source), path)).replace(/\/$/, '')
  const route = routeOf.get(target) ?? routeOf.get(`${target}/README.md`)
  return route === undefined ? undefined : `/${route}${hash === undefined ? '' : `#${hash}`}`
}

/** Lets links between source files lead to pages; the text of a link to any other file of the repository stays. */
export function siteLinks(md: MarkdownRenderer): void {
  md.core.ruler.push('site-links', ({ tokens, env }) => {
    const source = sourceOf.get(env.relativePath) ?? env.relativePath
    for (const { children } of tokens) {
      let isDropped = false
      for (const token of children ?? []) {
        if (token.type === 'link_open') {
          const href = toSiteLink(source, token.attrGet('href') ?? '')
          isDropped = href === undefined
          if (href !== undefined) token.attrSet('href', href)
        }
        if (isDropped && (token.type === 'link_open' || token.type === 'link_close')) {
          token.type = 'text'
          token.content = ''
          token.nesting = 0
        }
      }
    }
  })
}
