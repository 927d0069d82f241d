export { handWrittenLocal, handWrittenRegular } from './hand-written.workflow.js'
export { sagaCoreLocal, sagaCoreRegular } from './saga-core.workflow.js'
