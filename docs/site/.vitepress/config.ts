import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { slug } from 'github-slugger'
import { type DefaultTheme, defineConfig } from 'vitepress'
import { diagrams } from '../src/diagrams.ts'
import { siteLinks } from '../src/links.ts'
import { pages, root, sections } from '../src/pages.ts'
import { writePlainText } from '../src/plain-text.ts'

const srcDir = join(import.meta.dirname, '../.pages')
const apiReference = join(root, 'docs/api/dist')

// Each page is compiled from where the site's packages can be resolved.
rmSync(srcDir, { recursive: true, force: true })
for (const { source, route } of pages) cpSync(join(root, source), join(srcDir, route))
cpSync(join(root, 'docs/plots'), join(srcDir, 'sale/plots'), { recursive: true })

function sidebar(...titles: readonly string[]): DefaultTheme.SidebarItem[] {
  return sections
    .filter(({ title }) => titles.includes(title))
    .map(({ title, pages: items }) => ({
      text: title,
      collapsed: title === 'Decisions',
      items: items.map((page) => ({ text: page.title, link: `/${page.route}` })),
    }))
}

export default defineConfig({
  title: 'seckill',
  description: 'Durable sagas in TypeScript, and a flash sale as the proof',
  srcDir,
  outDir: 'dist',
  cacheDir: 'node_modules/.cache/vitepress',
  cleanUrls: false,
  lastUpdated: false,
  ignoreDeadLinks: [/^https?:\/\/(localhost|127\.0\.0\.1)/],
  markdown: {
    html: false,
    anchor: { slugify: slug },
    config(md) {
      siteLinks(md)
      diagrams(md)
    },
  },
  locales: {
    root: { label: 'English', lang: 'en' },
    zh: {
      label: '简体中文',
      lang: 'zh-CN',
      description: 'TypeScript 的持久化 Saga，以秒杀系统为证',
      themeConfig: {
        nav: [
          { text: '五分钟上手', link: '/zh/start' },
          { text: '秒杀系统', link: '/zh/sale' },
          { text: '文档（英文）', link: '/saga-core/' },
        ],
        sidebar: [
          {
            text: '秒杀系统',
            items: [
              { text: '五分钟上手', link: '/zh/start' },
              { text: '它怎样工作', link: '/zh/sale' },
              { text: '运维手册', link: '/zh/runbook' },
            ],
          },
        ],
        outline: { label: '本页' },
        docFooter: { prev: '上一页', next: '下一页' },
      },
    },
  },
  themeConfig: {
    nav: [
      { text: 'saga-core', link: '/saga-core/', activeMatch: '^/(saga-core|examples)/' },
      { text: 'The flash sale', link: '/sale/', activeMatch: '^/sale/' },
      { text: 'Operations', link: '/operations/runbook', activeMatch: '^/operations/' },
      { text: 'API reference', link: '/api/index.html', target: '_self' },
    ],
    sidebar: {
      '/saga-core/': sidebar('saga-core', 'saga-core: topics', 'Sagas to copy from'),
      '/examples/': sidebar('saga-core', 'saga-core: topics', 'Sagas to copy from'),
      '/sale/': sidebar('The flash sale', 'Operations', 'Contributing', 'Decisions'),
      '/operations/': sidebar('The flash sale', 'Operations', 'Contributing', 'Decisions'),
      '/contributing/': sidebar('The flash sale', 'Operations', 'Contributing', 'Decisions'),
    },
    outline: [2, 3],
    // The other language has only some of the pages.
    i18nRouting: false,
    search: { provider: 'local' },
    footer: { message: 'MIT License. For coding assistants: <a href="/llms.txt">llms.txt</a>' },
  },
  buildEnd({ outDir }) {
    writePlainText(outDir)
    if (existsSync(apiReference)) cpSync(apiReference, join(outDir, 'api'), { recursive: true })
  },
})
