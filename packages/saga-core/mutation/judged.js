import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

export function oneLine(text) {
  return text.replace(/\s+/g, ' ').trim()
}

export function readJudged() {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'judged.json'), 'utf8'))
}

export function staleOf(judged, root) {
  return [...Map.groupBy(judged, ({ file }) => file)].flatMap(([file, entries]) => {
    const path = join(root, file)
    if (!existsSync(path)) return [`${file} does not exist`]
    const lines = new Set(readFileSync(path, 'utf8').split('\n').map(oneLine))
    return entries.flatMap(({ code }) => (lines.has(code) ? [] : [`${file} has no line: ${code}`]))
  })
}
