import { inMemoryHost } from '../../test/conformance/in-memory-host.js'
import { describeRuntime } from '../../test/conformance/suite.js'

describeRuntime('the in-memory runtime', () => inMemoryHost)
