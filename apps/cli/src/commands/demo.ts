import { type Command, Option } from 'commander'
import { demoReport } from '../demo/demo-report.js'
import { type DemoResult, faultsOf } from '../demo/demo-result.js'
import { linkBox } from '../demo/link-box.js'
import { type DemoOptions, demoAdditions, type RunningDemo, runDemo } from '../demo/run-demo.js'
import { interruptible } from '../output/interruption.js'
import { createLiveLine, type LiveLine } from '../output/live-line.js'
import { share, wholeNumber } from '../output/option-values.js'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { defaultRate } from '../rush/index.js'

type Flags = Omit<DemoOptions, 'rate' | 'line' | 'signal'> & {
  readonly rate?: number
  readonly exit?: boolean
  readonly json?: boolean
}

/** Adds `seckill demo`. */
export function register(program: Command): void {
  program
    .command('demo')
    .description('a whole flash sale on this machine: servers, shoppers, the result and its proof')
    .option('--shoppers <n>', 'distinct users who ask', wholeNumber(1, 1_000_000), 2_000)
    .option('--stock <n>', 'units for sale', wholeNumber(1, 1_000_000), 100)
    .option('--rate <n>', 'requests a second (default: all within a few seconds)', wholeNumber(1, 100_000))
    .option('--duplicates <share>', 'share of shoppers who ask twice', share, 0.02)
    .option('--bad <share>', 'bad requests, as a share of shoppers', share, 0.01)
    .option('--connections <n>', 'connections of the shoppers together', wholeNumber(1, 10_000), 256)
    .option(...stackOption)
    .addOption(
      new Option('--with <what...>', 'start Prometheus and Alertmanager over the sale; have runs come by RabbitMQ')
        .choices(demoAdditions)
        .default([], 'nothing'),
    )
    .option('--split', 'each service in processes of its own, with a database account on its tables alone')
    .option('--exit', 'stop everything after the result')
    .option(...jsonOption)
    .addHelpText('after', '\nExit code 0 only when every invariant holds and everything was sold that could be.\n')
    .action(demo)
}

async function demo(flags: Flags): Promise<void> {
  const line = createLiveLine()
  const rate = flags.rate ?? defaultRate(flags.shoppers)
  const result = await interruptible((signal) =>
    runDemo({ ...flags, rate, line, signal }, async (running) => {
      if (flags.exit === true) return running.result
      print(running.result, flags)
      await stayUp(running, flags, line, signal)
      return running.result
    }),
  )
  if (flags.exit === true) print(result, flags)
}

function print(result: DemoResult, { json, name }: Flags): void {
  const faults = faultsOf(result, name)
  process.exitCode = faults.length === 0 ? 0 : 1
  if (json === true) process.stderr.write(`${demoReport(result)}\n`)
  printResult(json, result, () => demoReport(result))
  for (const fault of faults) process.stderr.write(`BROKEN  ${fault}\n`)
}

async function stayUp(running: RunningDemo, { name }: Flags, line: LiveLine, signal: AbortSignal): Promise<void> {
  const on = name === 'demo' ? '' : ` --name ${name}`
  const { voucherId } = running.result
  const title = await running.offer()
  for (const text of linkBox(running.result.urls, running.monitoring)) line.log(text)
  line.log(`Buy one yourself: open the shop, sign in with one click, buy “${title}”, and pay it.`)
  line.log('See its saga: open the console, enter as operator, and search in Purchases for the number that the shop')
  line.log('shows below what you bought; “Open in Temporal” leads on to its run.')
  line.log('The sale stays up until Ctrl-C. In another terminal:')
  line.log(`  ./seckill purchase show ${running.traceId ?? '<number>'}${on}`)
  line.log(`  ./seckill certificate --voucher ${voucherId}${on}`)
  line.log(`  ./seckill certificate export --voucher ${voucherId} --out certificate.json${on}`)
  line.log(
    `  ./seckill campaign restock ${voucherId} --total ${running.result.stock + 1_000} --reason "more of them"${on}`,
  )
  line.log(`  ./seckill rush --shoppers ${running.result.shoppers}${on}`)
  if (running.result.urls.rabbitmq !== undefined)
    line.log(`User and password of RabbitMQ are in .seckill/${name}/rabbitmq/rabbitmq.conf`)
  if (signal.aborted) return
  const interrupted = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  const dead = await Promise.race([interrupted, running.died])
  if (dead !== undefined)
    throw new Error(`The ${dead.role} of the sale ended unexpectedly. Its log says why: ${dead.logFile}`)
}
