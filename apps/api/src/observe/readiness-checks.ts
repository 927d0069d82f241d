import { databaseNow } from 'seckill-store/mysql'
import type { Connections } from '../connections.js'
import type { RedisSettings } from '../redis-settings.js'
import type { Check } from './readiness.js'

/** Redis and MySQL are needed to sell; while Temporal is away, what is accepted waits in the gate. */
export function readinessChecks({ db, pingTemporal }: Connections, settings: RedisSettings): readonly Check[] {
  return [
    { name: 'redis', required: true, run: async () => ({ durability: await settings.read() }) },
    {
      name: 'mysql',
      required: true,
      run: async () => {
        await databaseNow(db)
        return {}
      },
    },
    {
      name: 'temporal',
      required: false,
      run: async () => {
        await pingTemporal()
        return {}
      },
    },
  ]
}
