import { execa } from 'execa'
import type { Environment } from '../stack.js'
import { reasonOf, StackError } from '../stack-error.js'
import { findServer } from './executable.js'

/** A server to run in a container, its data in a named volume. */
export interface ContainerCommand {
  readonly container: string
  readonly volume: string
  readonly image: string
  /** On 127.0.0.1 of this machine. */
  readonly port: number
  readonly containerPort: number
  /** The data directory inside the image. */
  readonly dataPath: string
  readonly env: Readonly<Record<string, string>>
  /** Read-only files: path here to path there. */
  readonly files: Readonly<Record<string, string>>
  readonly args: readonly string[]
}

/** Reports whether a Docker daemon answers. */
export async function dockerAnswers(env: Environment): Promise<boolean> {
  const docker = findServer(['docker'], env)
  if (docker === undefined) return false
  const { failed } = await execa(docker, ['info'], { reject: false, stdin: 'ignore', timeout: 10_000 })
  return !failed
}

/** Creates and starts the container; one that ended is replaced, its volume kept. */
export async function runContainer(command: ContainerCommand): Promise<void> {
  await removeContainer(command.container)
  const env = Object.entries(command.env).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  const files = Object.entries(command.files).flatMap(([from, to]) => ['--volume', `${from}:${to}:ro`])
  const publish = ['--publish', `127.0.0.1:${command.port}:${command.containerPort}`]
  const volume = ['--volume', `${command.volume}:${command.dataPath}`]
  const options = ['--detach', '--name', command.container, ...publish, ...volume, ...files, ...env]
  await docker(['run', ...options, command.image, ...command.args], 10 * 60_000)
}

/** Reports whether this container runs. */
export async function containerRuns(container: string): Promise<boolean> {
  const { stdout, failed } = await execa('docker', ['inspect', '--format', '{{.State.Running}}', container], {
    reject: false,
    stdin: 'ignore',
  })
  return !failed && stdout.trim() === 'true'
}

/** Sends a signal to the server in the container. */
export async function signalContainer(container: string, signal: NodeJS.Signals): Promise<void> {
  await docker(['kill', '--signal', signal, container])
}

/** Ends the container with SIGTERM, then SIGKILL once `graceMs` has passed; its volume stays. */
export async function stopContainer(container: string, graceMs: number): Promise<void> {
  await docker(['stop', '--time', String(Math.ceil(graceMs / 1000)), container], graceMs + 30_000)
}

/** Removes the container if there is one. */
export async function removeContainer(container: string): Promise<void> {
  const { stdout } = await docker(['ps', '--all', '--quiet', '--filter', `name=^/${container}$`])
  if (stdout.trim() !== '') await docker(['rm', '--force', container])
}

/** Deletes a stack's data. */
export async function removeVolume(volume: string): Promise<void> {
  await docker(['volume', 'rm', '--force', volume])
}

/** The last lines of a container's log. */
export async function containerLog(container: string, lines: number): Promise<readonly string[]> {
  const { all } = await execa('docker', ['logs', '--tail', String(lines), container], {
    all: true,
    reject: false,
    stdin: 'ignore',
  })
  return (all ?? '').split('\n')
}

async function docker(args: readonly string[], timeout = 60_000): Promise<{ readonly stdout: string }> {
  try {
    return await execa('docker', args, { stdin: 'ignore', timeout })
  } catch (error) {
    const hint = 'Look at `docker ps -a` and `docker logs`, or install the server itself.'
    throw new StackError('START_FAILED', `docker ${args[0]} failed: ${reasonOf(error)}`, hint, { cause: error })
  }
}
