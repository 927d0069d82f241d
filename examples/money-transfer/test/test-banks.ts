import { randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import type { SagaOutcome } from 'saga-core/workflow'
import { startWorker } from '../../test-worker.js'
import { createActivities } from '../src/activities.js'
import { closeBanks, createBanks, openBanks } from '../src/banks.js'
import { type Account, bankNames, type Transfer } from '../src/transfer.js'
import type { transfer } from '../src/workflows.js'
import { type FaultKind, type FaultScript, type FaultyActivities, withFaults } from './faults.js'

/** Two databases of one test file, and a worker between them. */
export interface TestBanks {
  /** Replaces the script of faults. */
  meet(script: FaultScript): void
  open(bank: Account['bank'], cents: number): Promise<Account>
  centsOf(account: Account): Promise<number>
  send(from: Account, to: Account, cents: number): Promise<SagaOutcome<unknown>>
  readonly faulty: FaultyActivities
  close(): Promise<void>
}

/** Creates the databases at DATABASE_MIGRATION_URL and the worker at TEMPORAL_ADDRESS; once in a process. */
export async function testBanks(): Promise<TestBanks> {
  const server = process.env.DATABASE_MIGRATION_URL ?? 'mysql://root@127.0.0.1:3306'
  const prefix = `seckill_bank_${randomBytes(4).toString('hex')}`
  await createBanks(server, prefix)
  const banks = openBanks(server, prefix)
  let script: FaultScript = () => 'none'
  const faulty = withFaults(createActivities(banks), (activity) => script(activity))
  const { workflow, taskQueue, stop } = await startWorker('money-transfer', faulty.activities)
  return {
    faulty,
    meet: (next) => {
      script = next
    },
    async open(bank, cents) {
      const number = randomBytes(8).toString('hex')
      await banks[bank].insertInto('accounts').values({ number, cents }).execute()
      return { bank, number }
    },
    async centsOf({ bank, number }) {
      const own = banks[bank].selectFrom('accounts').select('cents').where('number', '=', number)
      return (await own.executeTakeFirstOrThrow()).cents
    },
    send(from, to, cents) {
      const args: [Transfer] = [{ id: randomUUID(), from, to, cents }]
      return workflow.execute<typeof transfer>('transfer', { taskQueue, workflowId: `transfer-${args[0].id}`, args })
    },
    async close() {
      await stop()
      for (const bank of bankNames) await sql`DROP DATABASE ${sql.id(`${prefix}_${bank}`)}`.execute(banks.north)
      await closeBanks(banks)
    },
  }
}

/** A script in which the next attempts at the debit meet these faults, and all other attempts succeed. */
export function debitMeets(...faults: readonly FaultKind[]): FaultScript {
  const left = [...faults]
  return (activity) => (activity === 'debit' ? left.shift() : undefined) ?? 'none'
}
