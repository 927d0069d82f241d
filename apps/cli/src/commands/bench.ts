import { join } from 'node:path'
import type { Command } from 'commander'
import { findRepositoryRoot } from 'seckill-local-stack'
import { jsonOption } from '../output/options.js'
import { asOnlySale } from '../sale/only-sale.js'
import { runNode } from '../testing/child.js'

/** Adds `seckill bench`; the benchmark is a program of its own. */
export function register(program: Command): void {
  const bench = program
    .command('bench')
    .description('measure the sale and saga-core beside the systems one would pick instead, on a private stack')
    .option('--only <ids>', 'some ratios: G1,E5')
    .option('--quick', 'a few minutes instead of half an hour')
    .option('--smoke', 'a minute or two: shows that everything runs; its figures mean nothing')
    .option(...jsonOption)
    .option('--out <file>', 'write the result as JSON to a file')
    .option('--name <stack>', 'stack to use; it begins empty', 'bench')
    .addHelpText(
      'after',
      `
Nothing else should run meanwhile. Every throughput run ends with the invariants of the sale; one that breaks them has no
number, and the exit code is 1. BullMQ, DBOS (POSTGRES_URL), RabbitMQ (RABBITMQ_URL), Restate, wrk and redis-benchmark
take part where they can be had; the result says which could not.`,
    )
    .action(({ name }: { readonly name: string }) =>
      asOnlySale('benchmark', { root: findRepositoryRoot(), name }, runBench),
    )
  bench
    .command('compare <before> <after>')
    .description('what changed from one result file to another')
    .option(...jsonOption)
    .action(runBench)
  bench
    .command('table <result>')
    .description('the tables of a result file in Markdown')
    .option('--only <ids>', 'some ratios: G1,E5')
    .option('--write <file>', 'put them into a document, between its bench:begin and bench:end marks')
    .action(runBench)
  bench
    .command('plots <result> <folder>')
    .description('charts of how the sale grows with lanes and shoppers, as SVG')
    .action(runBench)
  bench
    .command('capacity <result>')
    .description('what a sale of some size needs, by a simulation of the costs of a result, beside what was measured')
    .option('--shoppers <n>', 'shoppers who ask in the same moment', '1000000')
    .option('--stock <n>', 'units for sale', '100000')
    .option('--seconds <n>', 'seconds within which every answer and every order is wanted', '10')
    .option('--write <file>', 'put the tables into a document, between its bench:begin and bench:end marks')
    .action(runBench)
  bench
    .command('profile <folder>')
    .description('the code that CPU time went to, from the profiles of a run')
    .addHelpText(
      'after',
      `
NODE_OPTIONS='--cpu-prof --cpu-prof-dir=<folder>' ./seckill bench --quick --only G3 writes them, one for each thread.`,
    )
    .action(runBench)
}

/** Passes the arguments after `bench` on unchanged. */
async function runBench(): Promise<void> {
  const entry = join(findRepositoryRoot(), 'bench/dist/main.js')
  const args = process.argv.slice(process.argv.indexOf('bench') + 1)
  const { code } = await runNode(entry, args, { cwd: process.cwd(), output: 'stdout' })
  process.exitCode = code
}
