import type { ActivityReference, SagaDefinition, StepDefinition, WaitDefinition } from '../definition/definition.js'

/** A step of a {@link SagaOutline}: its definition without functions. */
export interface StepOutline
  extends Pick<StepDefinition, 'kind' | 'name' | 'group' | 'onFailure' | 'onUnknown' | 'independent' | 'optional'>,
    Pick<StepDefinition, 'invoke' | 'compensate' | 'confirmWithinMs' | 'verify' | 'child' | 'since' | 'until'> {
  readonly wait?: {
    readonly deadline: boolean
    /** Its milliseconds from when it begins, or `computed` for a function. */
    readonly withinMs?: number | 'computed'
    readonly onDeadline: 'refuse' | { readonly value: unknown }
    readonly decide?: ActivityReference
  }
  /** `true` for a list step. */
  readonly elements: boolean
  readonly when: boolean
}

/** A saga's definition as JSON, to keep in a repository and compare with a later one. */
export interface SagaOutline {
  readonly outline: 1
  readonly name: string
  readonly version: number
  readonly compensation: 'sequential' | 'parallel'
  readonly deadline: boolean
  readonly schema: boolean
  readonly owner?: ActivityReference
  readonly steps: readonly StepOutline[]
  /** The source text of each function, by its purpose. */
  readonly functions: { readonly [what: string]: string }
}

/**
 * Makes the outline of a saga: write it to a file when a version is deployed, and compare the next version with it.
 *
 * @example
 * await writeFile('trip.v1.json', JSON.stringify(sagaOutline(tripSaga), null, 2))
 */
export function sagaOutline<TInput, TResults>(definition: SagaDefinition<TInput, TResults>): SagaOutline {
  const { name, version, compensation, deadline, schema, owner, steps } = definition
  return {
    outline: 1,
    name,
    version,
    compensation,
    deadline: deadline !== undefined,
    schema: schema !== undefined,
    ...(owner && { owner }),
    steps: steps.map(stepOutline),
    functions: Object.fromEntries([
      ...texts(`of saga "${name}"`, { key: definition.key, deadline, schema: schema?.['~standard'].validate }),
      ...steps.flatMap((step) =>
        texts(`of step "${step.name}"`, {
          arg: step.arg,
          when: step.when,
          items: step.elements?.items,
          key: step.elements?.key,
          deadline: step.wait?.deadline,
          withinMs: typeof step.wait?.withinMs === 'function' ? step.wait.withinMs : undefined,
          message: step.wait?.message?.['~standard'].validate,
          result: step.result?.['~standard'].validate,
        }),
      ),
    ]),
  }
}

function stepOutline(step: StepDefinition): StepOutline {
  const { arg: _arg, result: _result, elements, when, wait, ...rest } = step
  return {
    ...rest,
    ...(wait && { wait: waitOutline(wait) }),
    elements: elements !== undefined,
    when: when !== undefined,
  }
}

function waitOutline({ deadline, withinMs, onDeadline, decide }: WaitDefinition): NonNullable<StepOutline['wait']> {
  return {
    deadline: deadline !== undefined,
    ...(withinMs !== undefined && { withinMs: typeof withinMs === 'number' ? withinMs : 'computed' }),
    onDeadline,
    ...(decide && { decide }),
  }
}

function texts(of: string, functions: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  return Object.entries(functions).flatMap(([what, one]) => (one === undefined ? [] : [[`${what} ${of}`, String(one)]]))
}
