// Compares the package's public surface with the files in surface/, or with --write renews them, so that a review shows a changed export.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { declarationsOf, entries, sourceOf } from './declarations.js'

const folder = resolve(import.meta.dirname, '../surface')
const importType = /\bimport\(["']([^"']+)["']\)\.(\w+)/g

/** The declaration behind a name, through the files that pass it on; `undefined` when it is of another package. */
function find({ name, file }) {
  if (file === undefined) return undefined
  const { declared, imported, exported } = declarationsOf(file)
  if (declared.has(name)) return { name, file, texts: declared.get(name) }
  return find(imported.get(name) ?? exported.get(name) ?? { name })
}

/** The declarations that a declaration names. */
function namedBy({ name, file, texts }) {
  const { declared, imported } = declarationsOf(file)
  const text = texts.join('\n')
  const words = [...new Set(text.match(/\w+/g))].filter((word) => word !== name)
  return [
    ...words.filter((word) => declared.has(word)).map((word) => ({ name: word, file })),
    ...words.filter((word) => imported.has(word)).map((word) => imported.get(word)),
    ...[...text.matchAll(importType)].map(([, from, word]) => ({ name: word, file: sourceOf(file, from) })),
  ].flatMap((reference) => find(reference) ?? [])
}

/** The declarations that some names lead to, by their texts. */
function reached(declarations) {
  const all = new Map(declarations.map((found) => [found.texts, found]))
  for (const found of all.values())
    for (const next of namedBy(found)) if (!all.has(next.texts)) all.set(next.texts, next)
  return [...all.values()]
}

function page(title, parts) {
  const sorted = parts.toSorted((one, other) => (one.name < other.name ? -1 : 1))
  return `// ${title}\n\n${sorted.map(({ texts }) => texts.join('\n')).join('\n\n')}\n`
}

function entryPage({ name, types }) {
  const parts = [...declarationsOf(types).exported].map(([alias, reference]) => {
    const found = find(reference)
    if (found === undefined) return { name: alias, texts: [`export { ${alias} };`] }
    if (alias === found.name) return found
    return { name: alias, texts: [`export { ${found.name} as ${alias} };`, ...found.texts] }
  })
  return page(`The exports of ${name}.`, parts)
}

function namedPage() {
  const exported = entries.flatMap(({ types }) =>
    [...declarationsOf(types).exported.values()].flatMap((one) => find(one) ?? []),
  )
  const isExported = new Set(exported.map(({ texts }) => texts))
  const named = reached(exported).filter(({ texts }) => !isExported.has(texts))
  return page('The types that exports name and no entry exports.', named)
}

/** The lines that only one of two texts has, those that are gone first. */
function difference(before, after) {
  const [old, now] = [before.split('\n'), after.split('\n')]
  return [
    ...old.filter((line) => !now.includes(line)).map((line) => `- ${line}`),
    ...now.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ]
}

const pages = new Map([...entries.map((entry) => [`${entry.file}.txt`, entryPage(entry)]), ['named.txt', namedPage()]])
const committed = new Map(globSync(join(folder, '*.txt')).map((path) => [basename(path), readFileSync(path, 'utf8')]))

if (process.argv.includes('--write')) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [name, text] of pages) writeFileSync(join(folder, name), text)
} else {
  const names = [...new Set([...committed.keys(), ...pages.keys()])].toSorted()
  const changed = names.filter((name) => committed.get(name) !== pages.get(name))
  for (const name of changed) {
    console.error([`surface/${name}`, ...difference(committed.get(name) ?? '', pages.get(name) ?? '')].join('\n'))
  }
  if (changed.length > 0) {
    console.error(
      '\nThe public surface of saga-core has changed. If that is meant: npm run surface -w saga-core, and commit it with a changeset.',
    )
    process.exitCode = 1
  }
}
