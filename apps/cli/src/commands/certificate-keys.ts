import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type KeySet, makeKeyFile, publishedKeys, readKeyFile } from 'seckill-certificate/keys'
import { findRepositoryRoot, stacksDirectory } from 'seckill-local-stack'
import { jsonOption, stackOption } from '../output/options.js'
import { printResult } from '../output/result.js'
import { keyFileIn } from '../sale/key-file-in.js'

interface Flags {
  readonly json?: boolean
}

/** Adds the subcommands about the keys that sign certificates. */
export function addKeyCommands(certificate: Command): void {
  certificate
    .command('jwks')
    .description('the public keys of a local stack as a JWK Set, as its API publishes them')
    .option(...stackOption)
    .option(...jsonOption)
    .action(printKeySet)
  certificate
    .command('new-keys')
    .description('make the keys of an installation elsewhere, in a file that only its owner may read')
    .argument('<file>', 'file to write; one that exists is never replaced')
    .option(...jsonOption)
    .action(makeKeys)
}

async function printKeySet({ name, json }: Flags & { readonly name: string }): Promise<void> {
  const file = keyFileIn(join(stacksDirectory(findRepositoryRoot()), name))
  if (!existsSync(file)) {
    throw new Error(`The stack '${name}' has no keys yet; its first sale or export makes them: ./seckill demo`)
  }
  const keys = await publishedKeys(readKeyFile(file))
  printResult(json, keys, () => JSON.stringify(keys, undefined, 2))
}

async function makeKeys(file: string, { json }: Flags): Promise<void> {
  const keyId = signingKeyIdOf(await publishedKeys(makeKeyFile(file)))
  printResult(json, { file, keyId }, () => `  ${file}: certificates will be signed by the key ${keyId}`)
}

function signingKeyIdOf({ keys: [signing] }: KeySet): string | undefined {
  return signing?.kid
}
