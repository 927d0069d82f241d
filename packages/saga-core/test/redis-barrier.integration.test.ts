import { redisHarness } from './barrier-conformance/redis-harness.js'
import { describeBarrier } from './barrier-conformance/suite.js'

describeBarrier('the barrier of saga-core/redis', redisHarness)
