// The statements of a .d.ts file. tsc begins each of them in the first column, and indents its other lines.
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

/** The package's entries: the name that a user imports, the name of its surface file, and its types. */
export const entries = Object.entries(exports).flatMap(([path, { types }]) =>
  types === undefined
    ? []
    : [{ name: `saga-core${path.slice(1)}`, file: path.slice(2) || 'index', types: join(root, types) }],
)

const stringOrComment = /('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`)|\/\*[\s\S]*?\*\/|\/\/.*/g
const nextStatement = /\n(?=[a-z])/
const declaration = /^(export )?(?:declare )?(?:abstract )?(?:function|class|interface|type|const) (\w+)/
const nameList = /^(?:import|export) (?:type )?\{([^}]*)\}(?: from ["'](.+)["'])?;$/
const otherImport = /^import (?:type )?[\w*"']/
const read = new Map()

/** The declarations of a file by name, without their comments; and its imports and exports: of each name, its name at home and its file. */
export function declarationsOf(file) {
  if (read.has(file)) return read.get(file)
  const found = { declared: new Map(), imported: new Map(), exported: new Map() }
  read.set(file, found)
  const text = readFileSync(file, 'utf8')
    .replace(stringOrComment, '$1')
    .replace(/^\s*\n|[ \t]+$/gm, '')
    .trimEnd()
  for (const statement of text.split(nextStatement)) {
    const [, isExported, name] = declaration.exec(statement) ?? []
    const [, names, from] = nameList.exec(statement) ?? []
    if (name !== undefined) {
      found.declared.set(name, [...(found.declared.get(name) ?? []), statement])
      if (isExported) found.exported.set(name, { name, file })
    } else if (from !== undefined) {
      addNames(statement.startsWith('export') ? found.exported : found.imported, names, sourceOf(file, from))
    } else if (names === undefined && !otherImport.test(statement)) {
      throw new Error(`${file} has a statement that scripts/declarations.js does not know: ${statement}`)
    }
  }
  return found
}

function addNames(found, names, file) {
  for (const item of names
    .split(',')
    .map((part) => part.trim().replace(/^type /, ''))
    .filter(Boolean)) {
    const [name, alias = name] = item.split(' as ')
    found.set(alias, { name, file })
  }
}

/** The types of a module of this package; `undefined` for a module of another one. */
export function sourceOf(file, from) {
  return from.startsWith('.') ? resolve(dirname(file), from.replace(/\.js$/, '.d.ts')) : undefined
}
