import { Client, Connection } from '@temporalio/client'
import type { TakenRun } from 'seckill-intake/starting'
import { rabbitmqControl, restartService } from 'seckill-local-stack'
import { searchAudit } from 'seckill-store/mysql'
import { countRuns } from 'seckill-workflows/client'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { hasRabbitmq, openIntakeUnderTest } from './intake-under-test.js'

const brokerTimeoutMs = 120_000

describe.skipIf(!hasRabbitmq())('the intake leg', () => {
  let under: Awaited<ReturnType<typeof openIntakeUnderTest>>
  let leg: ReturnType<typeof under.leg>
  beforeAll(async () => {
    under = await openIntakeUnderTest()
  }, 300_000)
  afterEach(() => leg?.close())
  afterAll(() => under?.close(), brokerTimeoutMs)

  async function taken(voucherId: number): Promise<TakenRun> {
    const run = await under.take(voucherId)
    if (run === undefined) throw new Error('the gate gave no run')
    return run
  }

  /** Waits until the gate has forgotten the run, and Temporal lists the one run of the voucher; the reservations in its input. */
  async function startedLanes({ voucherId }: TakenRun): Promise<readonly string[]> {
    const settled = async () => (await under.gate.audit(voucherId))?.runs
    await expect.poll(settled, { timeout: brokerTimeoutMs }).toBe(0)
    await expect.poll(async () => (await countRuns(under.client, voucherId)).workflows).toBe(1)
    return (await countRuns(under.client, voucherId)).reservationIds
  }

  function waiting(queue: string): Promise<number> {
    return leg.operator.queueDeclare({ queue, passive: true }).then(({ messageCount }) => messageCount)
  }

  const idsOf = ({ lanes }: TakenRun) => lanes.map(({ reservationId }) => reservationId)

  it('starts a published run with exactly its lanes, and then lets the gate forget it', async () => {
    leg = under.leg('one')
    const run = await taken(await under.admitted(3))
    expect(await leg.publisher.publish(run)).toBe(true)
    expect(await waiting(leg.names.queue)).toBe(1)
    expect(await under.gate.audit(run.voucherId)).toMatchObject({ runs: 1 })
    leg.consume()
    expect(await startedLanes(run)).toEqual(idsOf(run))
    await expect.poll(() => waiting(leg.names.queue)).toBe(0)
    expect(await leg.metrics()).toContain('seckill_intake_consumed_total{end="started"} 1')
  })

  it('a message that comes twice is one run', async () => {
    leg = under.leg('twice')
    const run = await taken(await under.admitted(2))
    for (const _ of [1, 2]) expect(await leg.publisher.publish(run)).toBe(true)
    leg.consume()
    await expect.poll(leg.metrics).toContain('seckill_intake_consumed_total{end="started"} 2')
    expect(await startedLanes(run)).toEqual(idsOf(run))
  })

  it('a message without a run ends in the dead letters and in the audit, and the run that it stood for is given again', async () => {
    leg = under.leg('poison')
    const voucherId = await under.admitted(2)
    const run = await under.take(voucherId, 0)
    if (run === undefined) throw new Error('the gate gave no run')
    leg.consume()
    await expect.poll(() => waiting(leg.names.queue)).toBe(0)
    const { exchange, queue } = leg.names
    const poison = leg.operator.createPublisher({ confirm: true })
    const envelope = { exchange, routingKey: queue, messageId: run.runId, contentType: 'application/json' }
    await poison.send(envelope, Buffer.from(JSON.stringify({ ...run, lanes: [{ reservationId: 'broken' }] })))
    await poison.close()
    const letters = () => searchAudit(under.db, { action: 'dead-letter', subject: 'dead-letter', limit: 10 })
    await expect.poll(letters).toMatchObject([{ actor: 'intake', reason: 'rejected' }])
    expect((await letters())[0]?.after_value).toContain(run.runId)
    expect(await leg.metrics()).toContain('seckill_intake_dead_letter_refusals_total 0')
    const again = await taken(voucherId)
    expect(again).toEqual(run)
    expect(await leg.publisher.publish(again)).toBe(true)
    expect(await startedLanes(run)).toEqual(idsOf(run))
  })

  it('a message that no consumer can take ends the purchases that no run owns, and no others', async () => {
    leg = under.leg('dead')
    const run = await taken(await under.admitted(3))
    const [owned = '', ...unowned] = idsOf(run)
    await own(run, owned)
    expect(await leg.publisher.publish(run)).toBe(true)
    await untilDead()
    leg.consume()
    const ends = () =>
      under.db
        .selectFrom('purchases')
        .select(['reservation_id', 'owner', 'state', 'reason'])
        .where('voucher_id', '=', run.voucherId)
        .execute()
    const refused = { owner: 'intake', state: 'REFUSED', reason: 'NOT_PROCESSED' }
    await expect
      .poll(async () => new Map((await ends()).map(({ reservation_id, ...end }) => [reservation_id, end])))
      .toEqual(
        new Map<string, object>([
          [owned, { owner: run.runId, state: 'PROCESSING', reason: null }],
          ...unowned.map((id) => [id, refused] as const),
        ]),
      )
    await expect.poll(() => under.gate.audit(run.voucherId)).toMatchObject({ stock: 2, runs: 0, liveHolds: 1 })
    expect(await under.gate.hold(run.voucherId, owned)).toMatchObject({ state: 'ASSIGNED' })
    await expect.poll(leg.metrics).toContain('seckill_intake_dead_letter_refusals_total 2')
  })

  /** Gives a lane to a run, as its first step does. */
  async function own({ voucherId, runId, lanes }: TakenRun, reservationId: string): Promise<void> {
    const lane = lanes.find((one) => one.reservationId === reservationId)
    if (lane === undefined) throw new Error('the run has no such lane')
    const times = { admitted_at: lane.admittedAt, taken_at: lane.admittedAt, ended_at: null }
    const row = { reservation_id: reservationId, voucher_id: voucherId, user_id: lane.userId, units: lane.quantity }
    const state = { owner: runId, state: 'PROCESSING' as const, reason: null, order_id: null, seq: lane.seq }
    await under.db
      .insertInto('purchases')
      .values({ ...row, ...state, ...times })
      .execute()
  }

  /** Gives the message back, as consumers that die over it do, until the broker makes it a dead letter. */
  async function untilDead(): Promise<void> {
    await expect
      .poll(
        async () => {
          const channel = await leg.operator.acquire()
          await channel.basicGet({ queue: leg.names.queue })
          // The broker gives back what a channel has not acknowledged.
          await channel.close()
          return waiting(leg.names.deadQueue)
        },
        { timeout: brokerTimeoutMs },
      )
      .toBe(1)
  }

  it('a run whose queue was purged comes again once its lease has passed, and is started', async () => {
    leg = under.leg('purged')
    const voucherId = await under.admitted(2)
    const run = await under.take(voucherId, 0)
    if (run === undefined) throw new Error('the gate gave no run')
    expect(await leg.publisher.publish(run)).toBe(true)
    await leg.operator.queuePurge({ queue: leg.names.queue })
    leg.consume()
    const again = await taken(voucherId)
    expect(again).toEqual(run)
    expect(await leg.publisher.publish(again)).toBe(true)
    expect(await startedLanes(run)).toEqual(idsOf(run))
  })

  it('leaves a run to the gate that cannot be started for long, so that an outage of Temporal makes no dead letters', async () => {
    leg = under.leg('outage')
    const voucherId = await under.admitted(2)
    const run = await under.take(voucherId, 0)
    if (run === undefined) throw new Error('the gate gave no run')
    expect(await leg.publisher.publish(run)).toBe(true)
    // Port 9 discards what it gets; nothing listens on it here.
    const connection = Connection.lazy({ address: '127.0.0.1:9' })
    leg.consume({ temporal: new Client({ connection }), holdMs: 200 })
    await expect
      .poll(leg.metrics, { timeout: brokerTimeoutMs })
      .toContain('seckill_intake_consumed_total{end="left"} 1')
    await connection.close()
    expect(await waiting(leg.names.deadQueue)).toBe(0)
    expect(await taken(voucherId)).toEqual(run)
  })

  it('declares a queue again that an operator has deleted, and publishes into it', async () => {
    leg = under.leg('deleted')
    const [first, second] = [await taken(await under.admitted(1)), await taken(await under.admitted(1))]
    expect(await leg.publisher.publish(first)).toBe(true)
    await leg.operator.queueDelete({ queue: leg.names.queue })
    expect(await leg.publisher.publish(second)).toBe(true)
    expect(await waiting(leg.names.queue)).toBe(1)
    expect(await leg.metrics()).toContain('seckill_intake_published_total{end="returned"} 1')
  })

  it(
    'publishes nothing while the broker has an alarm, and the same run afterwards',
    async () => {
      leg = under.leg('alarm')
      const run = await taken(await under.admitted(2))
      await expect.poll(leg.publisher.ready).toBe(true)
      await rabbitmqControl(under.stack, 'set_disk_free_limit', '900000GB')
      try {
        expect(await leg.publisherFor(2_000).publish(run)).toBe(false)
        expect(leg.publisher.ready()).toBe(false)
      } finally {
        await rabbitmqControl(under.stack, 'set_disk_free_limit', '50MB')
      }
      await expect.poll(leg.publisher.ready, { timeout: brokerTimeoutMs }).toBe(true)
      expect(await leg.publisher.publish(run)).toBe(true)
      leg.consume()
      expect(await startedLanes(run)).toEqual(idsOf(run))
    },
    brokerTimeoutMs,
  )

  it('goes on where the broker has stopped and started: what was published before, and what is published after', async () => {
    leg = under.leg('restart')
    const [before, after] = [await taken(await under.admitted(2)), await taken(await under.admitted(2))]
    expect(await leg.publisher.publish(before)).toBe(true)
    await restartService(under.stack, 'rabbitmq')
    await expect.poll(leg.publisher.ready, { timeout: brokerTimeoutMs }).toBe(true)
    expect(await leg.publisher.publish(after)).toBe(true)
    leg.consume()
    for (const run of [before, after]) expect(await startedLanes(run)).toEqual(idsOf(run))
  }, 300_000)
})
