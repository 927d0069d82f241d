// Compiles each @example of the TSDoc as a module of its own. It has all exports of the package, and test/examples/setting.ts.
import { execFileSync } from 'node:child_process'
import { cpSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { declarationsOf, entries } from './declarations.js'

const root = resolve(import.meta.dirname, '..')
const repository = resolve(root, '../..')
const settingFile = join(root, 'test/examples/setting.ts')

const comment = /\/\*\*([\s\S]*?)\*\//g
/** An example ends at the next tag. */
const example = /@example\s([\s\S]*?)(?=\n@\w|$)/g
const declared = /^(?:export )?(?:declare )?(?:const|type|interface|class|(?:async )?function) (\{[^}]*\}|\w+)/gm
const listed = /^export (?:type )?\{([^}]*)\}/gm

function wordsOf(text) {
  return new Set(text.match(/\w+/g))
}

/** The words that a pattern's first group catches. */
function caught(text, pattern) {
  return wordsOf([...text.matchAll(pattern)].map(([, names]) => names).join(' '))
}

/** The examples of a source, in order. */
function examplesOf(path) {
  const comments = readFileSync(join(root, path), 'utf8').matchAll(comment)
  const texts = [...comments].map(([, text]) => text.replace(/^ *\* ?/gm, ''))
  return texts.flatMap((text) => [...text.matchAll(example)].map(([, code]) => code.trim()))
}

/** The modules an example may import from, the one of its own folder first. */
function modulesFor(path) {
  const setting = readFileSync(settingFile, 'utf8')
  const known = new Set([...caught(setting, declared), ...caught(setting, listed)])
  const own = entries.filter(({ file }) => path.startsWith(`src/${file}/`))
  const all = [...own, ...entries].map(({ name, types }) => ({
    name,
    known: new Set(declarationsOf(types).exported.keys()),
  }))
  return [...all, { name: `${'../'.repeat(path.split('/').length - 1)}setting.js`, known }]
}

/** The example with an import of each name that it uses and does not declare. */
function toModule(path, code) {
  const taken = caught(code, declared)
  const imports = modulesFor(path).map(({ name, known }) => {
    const names = [...wordsOf(code)].filter((word) => known.has(word) && !taken.has(word))
    for (const word of names) taken.add(word)
    return names.length === 0 ? '' : `import { ${names.join(', ')} } from '${name}';`
  })
  return `${imports.join('')}export {}\n${code}\n`
}

function compile(folder) {
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'dir')
  cpSync(settingFile, join(folder, 'setting.ts'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }))
  const compilerOptions = { rootDir: '.', verbatimModuleSyntax: false }
  const config = { extends: join(repository, 'tsconfig.tests.json'), compilerOptions, include: ['setting.ts', 'src'] }
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
  const tsc = join(repository, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [tsc, '-p', '.'], { cwd: folder, stdio: 'inherit' })
}

const folder = mkdtempSync(join(tmpdir(), 'saga-core-examples-'))
try {
  let count = 0
  for (const path of globSync('src/**/*.ts', { cwd: root }).map((found) => found.replaceAll('\\', '/'))) {
    for (const [at, code] of examplesOf(path).entries()) {
      const file = join(folder, path.replace(/\.ts$/, `.${at + 1}.ts`))
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, toModule(path, code))
      count++
    }
  }
  compile(folder)
  console.log(`${count} examples of the TSDoc compile`)
} catch (error) {
  if (error.status === undefined) throw error
  console.error(
    'An example of the TSDoc does not compile: src/a/b.2.ts is the second one of src/a/b.ts, one line further down.',
  )
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true })
}
