import { databaseNow } from 'seckill-store/mysql'
import type { Connections } from '../connections.js'
import type { GateKeeper } from '../dispatcher/gate-keeper.js'
import type { RunHandover } from '../dispatcher/handover.js'
import { type Check, NotUsable } from './readiness.js'
import type { RedisDurability } from './redis-durability.js'
import { redisTakesWrites } from './redis-writes.js'

export interface ReadinessDependencies {
  readonly connections: Pick<Connections, 'db' | 'redis' | 'pingTemporal'>
  readonly durability: RedisDurability
  readonly keeper: Pick<GateKeeper, 'outOfStep'>
  readonly handover: Pick<RunHandover, 'ready'>
}

/**
 * The checks of Redis, MySQL, Temporal, the gates and the handover of runs. Neither Temporal nor a broker is required: while one is away,
 * accepted purchases wait in the gate. Neither are the gates: one campaign that does not follow MySQL must not end the other sales.
 */
export function readinessChecks(dependencies: ReadinessDependencies): readonly Check[] {
  const { connections, durability, keeper, handover } = dependencies
  const { db, redis, pingTemporal } = connections
  return [
    {
      name: 'redis',
      required: true,
      run: async () => {
        const promised = await durability.read()
        await redisTakesWrites(redis)
        return { durability: promised }
      },
    },
    { name: 'mysql', required: true, run: () => databaseNow(db).then(() => ({})) },
    { name: 'temporal', required: false, run: () => pingTemporal().then(() => ({})) },
    {
      name: 'gates',
      required: false,
      run: async () => {
        const outOfStep = keeper.outOfStep()
        if (outOfStep.length > 0) throw new NotUsable({ problem: 'not in step with MySQL', outOfStep })
        return {}
      },
    },
    {
      name: 'handover',
      required: false,
      run: async () => {
        if (!handover.ready()) throw new NotUsable({ problem: 'the broker takes no messages' })
        return {}
      },
    },
  ]
}
