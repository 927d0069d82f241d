export { handWrittenLocal, handWrittenRegular } from './hand-written.workflow.js'
export { sagaCore } from './saga-core.workflow.js'
