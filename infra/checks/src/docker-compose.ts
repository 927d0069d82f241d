import { join } from 'node:path'
import { aptUnpack } from 'seckill-local-stack'
import { firstOf, type Tool } from './find-tool.js'
import { toolsFolder } from './repository.js'

const versionArgs = ['version'] as const
const wanted = /v?[2-9]\.\d+\.\d+/
const name = 'docker-compose'
/** Debian's stable release has 2.26; the one before it has the Python program, which knows no `name`, `profiles` or `!reset`. */
const suite = 'trixie'
const program = 'usr/libexec/docker/cli-plugins/docker-compose'

/** Docker Compose 2 or newer: the machine's own, else Debian's, unpacked and not installed. Its `config` needs no engine. */
export async function findDockerCompose(): Promise<Tool> {
  const own = await firstOf([['docker', 'compose'], ['docker-compose']], versionArgs, wanted)
  if (own !== undefined) return own
  const unpacked = await aptUnpack({ name, suite, folder: join(toolsFolder, `${name}-${suite}`) })
  if ('missing' in unpacked) return unpacked
  const found = await firstOf([[join(unpacked.folder, program)]], versionArgs, wanted)
  return found ?? { missing: `Debian's docker-compose of ${suite} does not run here` }
}
