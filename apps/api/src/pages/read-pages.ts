import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

/** A file of a page, as it is sent. */
export interface PageFile {
  /** The file's extension, which names its type. */
  readonly extension: string
  readonly etag: string
  /** The name of the file is made from its content, so that it may be kept for ever. */
  readonly isHashed: boolean
  /** The bytes for each content encoding; a file that does not get smaller has `identity` only. */
  readonly encodings: Readonly<{ identity: Buffer } & Partial<Record<'br' | 'gzip', Buffer>>>
}

/** The files of a page by their path; `/` is its document. */
export type Page = ReadonlyMap<string, PageFile>

/** The shopper's page, and the operator's console. */
export interface Pages {
  readonly shop: Page
  readonly console: Page
}

/** Vite puts files with a hash in their name into this folder, and no others. */
const hashedFolder = '/assets/'

/**
 * Reads the built pages into memory, compressed: a build that replaces them does not change a running process.
 *
 * @throws Error when a page is not built
 */
export function readPages(webDir: string): Pages {
  return { shop: readPage(join(webDir, 'shop')), console: readPage(join(webDir, 'console')) }
}

function readPage(folder: string): Page {
  if (!existsSync(join(folder, 'index.html')))
    throw new Error(
      `${folder} has no index.html: build the pages with \`npm run build\`, or set WEB_DIR to the folder that has \`shop\` and \`console\`.`,
    )
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    names.map(({ parentPath, name }) => {
      const file = join(parentPath, name)
      const path = `/${relative(folder, file).split(sep).join('/')}`
      return [path === '/index.html' ? '/' : path, pageFile(path, readFileSync(file))]
    }),
  )
}

function pageFile(path: string, identity: Buffer): PageFile {
  const [br, gzip] = [brotliCompressSync(identity), gzipSync(identity, { level: 9 })]
  return {
    extension: extname(path),
    etag: `"${createHash('sha256').update(identity).digest('base64url')}"`,
    isHashed: path.startsWith(hashedFolder),
    encodings: gzip.length < identity.length ? { br, gzip, identity } : { identity },
  }
}
