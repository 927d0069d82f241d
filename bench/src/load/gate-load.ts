// A process that does nothing but admit shoppers through the gate library; prints one JSON object.
import { connectGateRedis, createGate, newReservationId } from 'seckill-store/gate'

const [redisUrl = '', voucher, count, inFlight] = process.argv.slice(2)
const voucherId = Number(voucher)
const requests = Number(count)
/** The first user id; it has as many digits as the ids that redis-benchmark generates. */
const firstUser = 100_000_000_000

const redis = connectGateRedis(redisUrl)
const gate = createGate(redis)
await redis.ping()

let next = 0
async function admitOn(): Promise<void> {
  while (next < requests) {
    const userId = firstUser + next++
    await gate.admit({ voucherId, userId, quantity: 1, reservationId: newReservationId(voucherId) })
  }
}

const cpuBefore = process.cpuUsage()
const startedAt = performance.now()
await Promise.all(Array.from({ length: Number(inFlight) }, admitOn))
const seconds = (performance.now() - startedAt) / 1_000
const { user, system } = process.cpuUsage(cpuBefore)
redis.disconnect()
process.stdout.write(JSON.stringify({ seconds, cpuMicros: user + system }))
