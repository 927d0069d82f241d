// Prints the sizes of the tarball, and of the JavaScript of its own that each sub-path loads.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'

const root = resolve(import.meta.dirname, '..')
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
function kilobytes(bytes) {
  return `${(bytes / 1000).toFixed(1).padStart(7)} kB`
}

function load(file, seen = new Map()) {
  if (seen.has(file)) return seen
  const text = readFileSync(file, 'utf8')
  seen.set(file, text)
  for (const [, path] of text.matchAll(/(?:from|import) ?["'](\.[^"']+)["']/g)) load(resolve(dirname(file), path), seen)
  return seen
}

const packed = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
  cwd: root,
  encoding: 'utf8',
  stdio: 'pipe',
})
// npm answers a list, or an object by name.
const answer = JSON.parse(packed)
const [{ size, unpackedSize, entryCount }] = Array.isArray(answer) ? answer : Object.values(answer)
console.log(`tarball ${kilobytes(size)}, unpacked ${kilobytes(unpackedSize)}, ${entryCount} files`)
for (const [name, entry] of Object.entries(exports)) {
  if (typeof entry === 'string') continue
  const text = [...load(join(root, entry.default)).values()].join('\n')
  console.log(
    `${`saga-core${name.slice(1)}`.padEnd(20)} ${kilobytes(text.length)}, gzip ${kilobytes(gzipSync(text).length)}`,
  )
}
