import { databaseNow } from 'seckill-store/mysql'
import type { Connections } from '../connections.js'
import type { Check } from './readiness.js'
import type { RedisDurability } from './redis-durability.js'

/**
 * The checks of Redis, MySQL and Temporal. Temporal is not required: while it is away, accepted purchases wait in the
 * gate.
 */
export function readinessChecks({ db, pingTemporal }: Connections, redis: RedisDurability): readonly Check[] {
  return [
    { name: 'redis', required: true, run: async () => ({ durability: await redis.read() }) },
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
