import { afterAll, beforeAll, beforeEach } from 'vitest'
import { bearer, startListener, startServer } from './listener-under-test.js'
import { referenceApp } from './reference-app.js'

/** The purchase listener, and Express with the same routes behind it. */
interface BothServers {
  readonly listener: Awaited<ReturnType<typeof startListener>>
  readonly behind: Awaited<ReturnType<typeof startServer>>
  /** The headers of a buyer's own request. */
  readonly own: Readonly<Record<string, string>>
}

/** Starts both servers for the tests of a file; the listener forgets before each test what it admitted. */
export function bothServers(): () => BothServers {
  let both: BothServers
  beforeAll(async () => {
    const [listener, behind] = [await startListener(), await startServer(referenceApp())]
    both = { listener, behind, own: { ...(await bearer(2)), 'content-type': 'application/json' } }
  })
  afterAll(() => {
    both.listener.close()
    both.behind.close()
  })
  beforeEach(() => {
    both.listener.admitted.length = 0
  })
  return () => both
}
