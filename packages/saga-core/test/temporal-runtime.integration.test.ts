import { afterAll, beforeAll } from 'vitest'
import { describeChildren } from './conformance/children-suite.js'
import { describeShapes } from './conformance/shapes-suite.js'
import { describeRuntime } from './conformance/suite.js'
import { type TemporalHost, temporalHost } from './conformance/temporal-host.js'

let host: TemporalHost
beforeAll(async () => {
  host = await temporalHost()
})
afterAll(() => host.close())

describeRuntime('the Temporal runtime', () => host)
describeShapes('the Temporal runtime', () => host, { now: Date.now })
describeChildren('the Temporal runtime', () => host, { now: Date.now })
