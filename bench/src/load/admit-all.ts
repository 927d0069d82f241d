import { connectGateRedis, createGate, newReservationId } from 'seckill-store/gate'

const atOnce = 500

/** Admits users 1 to `count` through the gate, one unit each. @throws Error when one is refused */
export async function admitAll(redisUrl: string, voucherId: number, count: number): Promise<void> {
  const redis = connectGateRedis(redisUrl)
  const gate = createGate(redis)
  try {
    for (let first = 1; first <= count; first += atOnce) {
      const users = Array.from({ length: Math.min(atOnce, count - first + 1) }, (_, index) => first + index)
      const admit = (userId: number) =>
        gate.admit({ voucherId, userId, quantity: 1, reservationId: newReservationId(voucherId) })
      const answers = await Promise.all(users.map(admit))
      const refused = answers.find(({ status }) => status !== 'admitted')
      if (refused !== undefined) throw new Error(`The gate did not admit a shopper: ${JSON.stringify(refused)}`)
    }
  } finally {
    redis.disconnect()
  }
}
