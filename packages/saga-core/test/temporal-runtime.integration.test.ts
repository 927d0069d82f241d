import { afterAll, beforeAll } from 'vitest'
import { describeRuntime } from './conformance/suite.js'
import { type TemporalHost, temporalHost } from './conformance/temporal-host.js'

let host: TemporalHost
beforeAll(async () => {
  host = await temporalHost()
}, 60_000)
afterAll(() => host.close())

describeRuntime('the Temporal runtime', () => host)
