import { renderMermaidSVG } from 'beautiful-mermaid'
import type { MarkdownRenderer } from 'vitepress'

const colours = {
  bg: 'var(--vp-c-bg)',
  fg: 'var(--vp-c-text-1)',
  accent: 'var(--vp-c-brand-1)',
  muted: 'var(--vp-c-text-2)',
  transparent: true,
  font: 'Inter',
}

/** The SVG of a Mermaid diagram, in the colours of the site's theme, without the fonts that its library loads from elsewhere. */
export function toSvg(mermaid: string): string {
  return renderMermaidSVG(mermaid, colours).replace(/@import url\([^)]*\);?/g, '')
}

/** Draws Mermaid blocks when the site is built. */
export function diagrams(md: MarkdownRenderer): void {
  const { fence } = md.renderer.rules
  md.renderer.rules.fence = (tokens, index, options, env, self) => {
    const token = tokens[index]
    if (token?.info.trim() === 'mermaid') return `<div class="diagram" v-pre>${toSvg(token.content)}</div>\n`
    return fence?.(tokens, index, options, env, self) ?? ''
  }
}
