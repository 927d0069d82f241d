import type { Source } from './sources.js'

/** A top-level `let` or `var`. */
const rebindable = /^(?:export )?(?:let|var) (\w+)/gm
/** A top-level constant that holds a collection, an array or an object. */
const container = /^(?:export )?const (\w+)(?:: [^=]+)? = (?:new (?:Weak)?(?:Map|Set)\b|\[|\{)/gm
const mutators = 'set|add|delete|clear|push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin'

/** Reports whether a text writes to what a name holds. */
function writes(text: string, name: string): boolean {
  const member = String.raw`(?:\.\w+|\[[^\]\n]*\])`
  return new RegExp(
    String.raw`\b${name}${member}*(?:\.(?:${mutators})\(|${member} (?:[-+*/%&|^?]{0,2}=|\*\*=|>>>?=|<<=) |${member}(?:\+\+|--))|(?:delete |\+\+|--)${name}${member}|Object\.assign\(${name}\b`,
  ).test(text)
}

/**
 * The module-level state of sources, as `file: name`. A run keeps its state in itself: module-level state does not travel with a
 * continue-as-new, and runs in memory share it.
 */
export function moduleState(sources: readonly Source[]): readonly string[] {
  return sources.flatMap(({ path, text }) => [
    ...[...text.matchAll(rebindable)].map(([, name]) => `${path}: ${name}`),
    ...[...text.matchAll(container)]
      .filter(([, name = '']) => writes(text, name))
      .map(([, name]) => `${path}: ${name}`),
  ])
}
