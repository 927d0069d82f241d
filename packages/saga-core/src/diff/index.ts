export type { Breakage, ChangeVerdict, SagaChange } from './change.js'
export { type SagaOutline, type StepOutline, sagaOutline } from './outline.js'
export { type DiffOptions, type SagaDiff, sagaDiff } from './saga-diff.js'
