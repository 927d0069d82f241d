import { describeChildren } from '../../test/conformance/children-suite.js'
import { inMemoryHost } from '../../test/conformance/in-memory-host.js'
import { describeShapes } from '../../test/conformance/shapes-suite.js'
import { describeRuntime } from '../../test/conformance/suite.js'

describeRuntime('the in-memory runtime', () => inMemoryHost)
describeShapes('the in-memory runtime', () => inMemoryHost, { now: () => 0 })
describeChildren('the in-memory runtime', () => inMemoryHost, { now: () => 0 })
