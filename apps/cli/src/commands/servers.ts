import { Argument, type Command } from 'commander'
import { type OtherServerName, obtainOtherServer, otherServerNames, serversVariable } from 'seckill-local-stack'

/** Adds `seckill servers`. */
export function register(program: Command): void {
  program
    .command('servers')
    .description(
      'fetch servers of another Debian release than this machine’s into the user’s cache; nothing is installed',
    )
    .addArgument(new Argument('<names...>', 'the servers').choices(otherServerNames))
    .addHelpText(
      'after',
      `
Every stack that is started with ${serversVariable} has them, and fetches those that are missing:
  ${serversVariable}=mysql,valkey ./seckill test --project integration
  ${serversVariable}=mysql,valkey ./seckill demo --name other
Exit code 1 where one cannot be had: it takes apt-get, dpkg and Debian's keyring.
`,
    )
    .action(fetchServers)
}

async function fetchServers(names: readonly OtherServerName[]): Promise<void> {
  for (const name of new Set(names)) {
    const file = await obtainOtherServer(name, process.env)
    process.stdout.write(`${name.padEnd(9)}${file}\n`)
  }
}
