import { startCard } from '../../test/card/card-under-test.js'
import { describePaymentProvider } from '../../test/conformance.js'

describePaymentProvider('card', startCard)
