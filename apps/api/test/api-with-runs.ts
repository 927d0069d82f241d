import { type Sandbox, startSandbox } from 'seckill-payment/testing'
import { type ApiUnderTest, startApi } from './api-under-test.js'
import { type PurchaseRuns, startRuns } from './purchase-runs.js'

/** An API with a provider and a worker of its own. */
export interface ApiWithRuns {
  readonly sandbox: Sandbox
  readonly api: ApiUnderTest
  readonly runs: PurchaseRuns
  close(): Promise<void>
}

export async function startApiWithRuns(): Promise<ApiWithRuns> {
  const sandbox = await startSandbox()
  const api = await startApi({ sandbox })
  const runs = await startRuns(api, sandbox)
  return {
    sandbox,
    api,
    runs,
    async close() {
      await runs.stop()
      await api.close()
      await sandbox.close()
    },
  }
}
