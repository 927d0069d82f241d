import type { SagaOutline } from './outline.js'

/** Sentences about the functions of two definitions, whose behaviour a comparison cannot see. */
export function unseenFunctions(before: SagaOutline, after: SagaOutline): readonly string[] {
  const names = Object.keys(before.functions).filter((name) => name in after.functions)
  const rewritten = names.filter((name) => before.functions[name] !== after.functions[name] && !isKey(name))
  const appeared = difference(after, before).map((name) => `${name} is new`)
  const gone = difference(before, after).map((name) => `${name} is gone`)
  const same = names.filter((name) => before.functions[name] === after.functions[name]).length
  return [
    ...rewritten.map((name) => `${name} has another text`),
    ...appeared,
    ...gone,
    ...(same > 0 ? [`functions with the same text (${same}) may call something that changed`] : []),
  ].map((what) => `${what}: ${consequence}`)
}

/** Another text of a key function is a change, whatever it answers. */
function isKey(name: string): boolean {
  return name.startsWith('key of ')
}

const consequence =
  'whether it answers the same for runs that have started cannot be seen; replay their histories (saga-core/testing) to find out'

/** Functions of steps that both have. */
function difference(one: SagaOutline, other: SagaOutline): readonly string[] {
  const steps = other.steps.map(({ name }) => `of step "${name}"`)
  return Object.keys(one.functions).filter(
    (name) => !(name in other.functions) && steps.some((step) => name.endsWith(step)),
  )
}
