import { Client, Connection } from '@temporalio/client'
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { openBank } from './activities.js'
import type { transfer } from './workflows.js'

/** Runs one transfer that succeeds, one that is refused and one that fails after an effect; prints their outcomes. */
async function main(address: string, taskQueue: string, workflowsPath: string): Promise<void> {
  const logger = new DefaultLogger('ERROR')
  Runtime.install({ logger })
  const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger })
  const connection = await NativeConnection.connect({ address })
  const client = new Client({ connection: await Connection.connect({ address }) })

  async function run(to: string, amount: number) {
    const bank = openBank({ alice: 100, [to]: 0 })
    const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities: { ...bank.activities } })
    const id = `${taskQueue}-${to}-${amount}`
    const end = await worker.runUntil(
      client.workflow.execute<typeof transfer>('transfer', {
        taskQueue,
        workflowId: id,
        args: [{ id, from: 'alice', to, amount }],
      }),
    )
    return { outcome: end.outcome, happened: bank.happened, balances: bank.balances() }
  }

  const report = [await run('bob', 30), await run('bob', 300), await run('unreachable', 30)]
  await connection.close()
  await client.connection.close()
  console.log(JSON.stringify(report))
}

const [address = '', taskQueue = '', workflowsPath = ''] = process.argv.slice(2)
main(address, taskQueue, workflowsPath).catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
