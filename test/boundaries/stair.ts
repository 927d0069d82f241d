import { posix } from 'node:path'
import { importsOf, type Source } from './sources.js'

/**
 * The folders of saga-core, lowest first; at the root and in the engine also single files. Each imports only from itself and from the
 * levels below it, so that no two of one level import each other.
 */
const stair = [
  ['saga-error'],
  ['wire'],
  ['definition'],
  ['barrier', 'engine/run'],
  ['engine/calls'],
  ['engine/back'],
  ['engine/forward'],
  ['engine/outside'],
  ['engine/state'],
  ['engine/carry'],
  ['engine/start'],
  ['engine/batch'],
  ['activity', 'workflow', 'diff', 'diagram'],
  ['kysely', 'redis', 'client'],
  ['plugin'],
  ['testing'],
  ['index'],
] as const satisfies readonly (readonly string[])[]

/** The longest name of the stair that a path is or lies in. */
function placeOf(path: string, levels: readonly (readonly string[])[]) {
  const found = levels
    .flatMap((names, level) => names.map((name) => ({ name, level })))
    .filter(({ name }) => path === `${name}.ts` || path.startsWith(`${name}/`))
  return found.toSorted((one, other) => other.name.length - one.name.length)[0]
}

/** The arrows `file -> file` that lead up or to a neighbour of the same level, and the files that have no place. */
export function climbs(sources: readonly Source[], levels: readonly (readonly string[])[] = stair): readonly string[] {
  return sources.flatMap(({ path, text }) => {
    const from = placeOf(path, levels)
    if (from === undefined) return [`${path} has no place on the stair`]
    return importsOf(text)
      .filter((name) => name.startsWith('.'))
      .map((name) => posix.join(posix.dirname(path), name).replace(/\.js$/, '.ts'))
      .filter((target) => {
        const to = placeOf(target, levels)
        return to === undefined || (to.name !== from.name && to.level >= from.level)
      })
      .map((target) => `${path} -> ${target}`)
  })
}
