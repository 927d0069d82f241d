import { readdirSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runByOwnLoader, type UnpackedFiles } from '../discovery/own-loader.js'
import { quoted, writeScript } from '../processes/shell-script.js'

const erlang = 'usr/lib/erlang'
const rabbitmq = 'usr/lib/rabbitmq'

/** Makes unpacked packages of RabbitMQ and Erlang run from their folder: their scripts have the paths of installed ones. */
export async function relocateRabbitmq(unpacked: UnpackedFiles): Promise<void> {
  const { files, folder } = unpacked
  const runtime = findEntry(join(files, erlang), /^erts-/)
  for (const script of [join(erlang, 'bin', 'erl'), join(erlang, runtime, 'bin', 'erl')]) {
    const text = await readFile(join(files, script), 'utf8')
    await writeFile(
      join(files, script),
      text.replaceAll(`ROOTDIR=/${erlang}`, `ROOTDIR=${quoted(join(folder, erlang))}`),
    )
  }
  await runByOwnLoader(unpacked, erlang)
  const version = findEntry(join(files, rabbitmq, 'lib'), /^rabbitmq_server-/)
  for (const name of ['rabbitmq-server', 'rabbitmqctl']) {
    // A link, which would be written through.
    await rm(join(files, rabbitmq, 'bin', name))
    const script = join(folder, rabbitmq, 'lib', version, 'sbin', name)
    const path = `PATH=${quoted(join(folder, erlang, 'bin'))}:"$PATH"`
    await writeScript(join(files, rabbitmq, 'bin', name), `${path} exec ${quoted(script)} "$@"`)
  }
}

/** @throws Error when the packages have no such entry */
function findEntry(directory: string, wanted: RegExp): string {
  const found = readdirSync(directory).find((entry) => wanted.test(entry))
  if (found === undefined) throw new Error(`the packages have no ${wanted.source} in ${directory}`)
  return found
}
