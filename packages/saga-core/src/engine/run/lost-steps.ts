import type { StepAnswer } from '../../wire/answer.js'
import { ownershipStep } from '../../wire/names.js'
import type { Parked } from '../../wire/outcome.js'
import type { Lane, Part } from './lane.js'
import type { Run } from './run.js'
import type { SagaRuntime } from './runtime.js'

/**
 * A step is lost where a lane has started it, and the definition of this execution has it no longer, or has another step in its place. Barriers
 * and idempotency keys hold its effect under its name, so that no other step's compensation undoes it, and no other step's action is
 * the same call. A lane parks in place of such a call.
 */
export interface Definite {
  readonly steps: Run['steps']
  readonly runtime: Pick<SagaRuntime, 'now' | 'notes' | 'warn'>
}

const startedMark = 'started '
const lostMark = 'lost '

/** The name under which a part was started. */
function startedNameOf({ step, startedAs }: Part): string {
  return startedAs ?? step.name
}

/**
 * Notes the names of the steps that a lane has started. In a replay the names are compared with those that were noted: where one of these is
 * no step any more, its part keeps that name.
 */
export function noteSteps(run: Definite, lane: Lane): void {
  const { notes } = run.runtime
  const names = [...new Set(lane.parts.map(startedNameOf))]
  if (names.length === 0 || notes.add(toNote(names))) return
  const noted = [...notes.all()].filter((note) => note.startsWith(startedMark)).map(fromNote)
  const former = noted.find((one) => isFormer(run, one, names))
  if (!former) return
  for (const part of lane.parts) {
    const name = former[names.indexOf(startedNameOf(part))]
    if (name !== undefined && name !== part.step.name) part.startedAs = name
  }
  notes.add(toNote(former))
  warnOfLost(run, [lane])
}

function toNote(names: readonly string[]): string {
  return startedMark + JSON.stringify(names)
}

function fromNote(note: string): readonly string[] {
  return JSON.parse(note.slice(startedMark.length))
}

/** Reports whether noted names are these names before steps were renamed. */
function isFormer(run: Definite, noted: readonly string[], names: readonly string[]): boolean {
  return noted.length === names.length && noted.every((name, at) => name === names[at] || !hasStep(run, name))
}

function hasStep({ steps }: Pick<Definite, 'steps'>, name: string): boolean {
  return steps.some((step) => step.name === name)
}

/** Tells which steps of lanes are lost. */
export function warnOfLost(
  run: Pick<Definite, 'steps'> & { readonly runtime: Pick<SagaRuntime, 'warn'> },
  lanes: readonly Lane[],
): void {
  const lost = lanes.flatMap(({ parts }) => parts.filter((part) => isMissing(run, part)))
  for (const sentence of new Set(lost.map((part) => sentenceOf(startedNameOf(part), part)))) run.runtime.warn(sentence)
}

function isMissing({ steps }: Pick<Definite, 'steps'>, part: Part): boolean {
  return part.startedAs !== undefined || !steps.includes(part.step)
}

/**
 * Reports whether the step of a part is lost.
 *
 * @throws Error in the replay of an execution that had the step, which this one cannot follow
 */
export function isLost(run: Definite, part: Part): boolean {
  const lost = wasLost(run, startedNameOf(part), isMissing(run, part))
  if (!lost && !run.steps.includes(part.step)) throw cannotFollow(part.step.name)
  return lost
}

/** Reports whether the step at which a lane stands is lost. @throws Error as {@link isLost} does */
export function isLostStep(run: Definite, name: string): boolean {
  if (name === ownershipStep) return false
  const lost = wasLost(run, name, !hasStep(run, name))
  if (!lost && !hasStep(run, name)) throw cannotFollow(name)
  return lost
}

/**
 * Reports whether the execution that came here first lacked the step: it noted each change of that, so that a replay by any definition goes the
 * same way. `isMissing` counts where no execution came here before.
 */
function wasLost({ runtime: { notes } }: Definite, name: string, isMissing: boolean): boolean {
  const change = (count: number) => `${lostMark}${JSON.stringify([name, count])}`
  let changes = 0
  while (notes.has(change(changes + 1))) changes += 1
  const noted = changes % 2 === 1
  return noted !== isMissing && notes.add(change(changes + 1)) ? isMissing : noted
}

/** Reports whether a lane stands at a step that the definition does not have. */
export function isStranded(run: Pick<Definite, 'steps'>, { at }: Lane): boolean {
  return at !== '' && at !== ownershipStep && !hasStep(run, at)
}

/** The answer of a lost step's compensation. */
export function lostAnswer(part: Part): Extract<StepAnswer, { readonly status: 'unknown' }> {
  return { status: 'unknown', code: 'SAGA_STEP_LOST', message: sentenceOf(startedNameOf(part), part) }
}

/** The reason for which a lane is parked at a lost step on its way forward. */
export function toLostParked(step: string, part?: Part): Parked {
  return { phase: 'action', step, code: 'SAGA_STEP_LOST', message: sentenceOf(part ? startedNameOf(part) : step, part) }
}

function sentenceOf(name: string, part: Part | undefined): string {
  const instead = part?.startedAs === undefined ? '' : `, which has "${part.step.name}" in its place`
  return `the step "${name}", which a lane has started, is not in the definition${instead}: deploy it under its name again`
}

function cannotFollow(name: string): Error {
  return new Error(`a running saga has the step "${name}", which its definition has lost: keep it with "until"`)
}
