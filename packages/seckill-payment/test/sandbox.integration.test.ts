import { describePaymentProvider } from './conformance.js'
import { startSandbox } from './sandbox/sandbox-under-test.js'

describePaymentProvider('sandbox', startSandbox)
