import { kyselyHarness } from './barrier-conformance/kysely-harness.js'
import { describeBarrier } from './barrier-conformance/suite.js'

describeBarrier('the barrier of saga-core/kysely', kyselyHarness)
