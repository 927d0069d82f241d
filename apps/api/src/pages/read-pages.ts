import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, sep } from 'node:path'

/** A file of a page, as it is sent. */
export interface PageFile {
  /** The file's extension, which names its type. */
  readonly extension: string
  readonly etag: string
  /** The name of the file is made from its content, so that it may be kept for ever. */
  readonly isHashed: boolean
  /** The bytes for each content encoding; a file that does not get smaller has `identity` only. */
  readonly encodings: Readonly<{ identity: Buffer } & Record<'br' | 'gzip', Buffer | undefined>>
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
/** The build writes a file's compressed forms beside it. */
const compressedExtensions: ReadonlySet<string> = new Set(['.br', '.gz'])

/**
 * Reads the built pages into memory, beside each file its compressed forms: a build that replaces them does not change a running process.
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
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const contents = new Map(
    files.map(({ parentPath, name }) => {
      const file = join(parentPath, name)
      return [`/${relative(folder, file).split(sep).join('/')}`, readFileSync(file)]
    }),
  )
  const plain = [...contents].filter(([path]) => !compressedExtensions.has(extname(path)))
  return new Map(
    plain.map(([path, identity]) => {
      const file = pageFile(path, { identity, br: contents.get(`${path}.br`), gzip: contents.get(`${path}.gz`) })
      return [path === '/index.html' ? '/' : path, file]
    }),
  )
}

function pageFile(path: string, encodings: PageFile['encodings']): PageFile {
  return {
    extension: extname(path),
    etag: `"${createHash('sha256').update(encodings.identity).digest('base64url')}"`,
    isHashed: path.startsWith(hashedFolder),
    encodings,
  }
}
