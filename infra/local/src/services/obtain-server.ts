import { type AptPackage, aptInstall, aptPrefix } from '../discovery/apt.js'
import { dockerAnswers } from '../discovery/docker.js'
import { findServer, versionOf } from '../discovery/executable.js'
import type { ServiceName } from '../stack.js'
import { type InstallLines, missingServer } from './missing-server.js'
import { chosenServer, obtainOtherServer } from './other-servers.js'
import type { ServerSource, ServiceContext } from './service-driver.js'

/** A server that comes from another release where it is chosen, else from PATH, from apt or from Docker, in this order. */
export interface ObtainableServer {
  readonly service: ServiceName
  readonly title: string
  readonly programs: readonly string[]
  readonly apt: AptPackage
  readonly image: string
  readonly install: InstallLines
  /** The variable that gives a server by URL instead. */
  readonly variable: string
}

/** Obtains the server that is chosen, or finds one on this machine, or else installs it, or else falls back to its container image. */
export async function obtainServer(server: ObtainableServer, context: ServiceContext): Promise<ServerSource> {
  const { env } = context
  const chosen = chosenServer(server.service, env)
  if (chosen !== undefined) return binarySource(await obtainOtherServer(chosen, env))
  const here = findServer(server.programs, env)
  if (here !== undefined) return binarySource(here)
  const prefix = await aptPrefix(env)
  if (prefix !== undefined) {
    context.report(`not found: installing it with apt-get (${server.apt.names[0]})`)
    await aptInstall(prefix, server.apt)
    const installed = findServer(server.programs, env)
    if (installed !== undefined) return binarySource(installed)
  }
  if (await dockerAnswers(env)) return { kind: 'image', image: server.image }
  throw missingServer(server.title, server.install, server.variable)
}

async function binarySource(binary: string): Promise<ServerSource> {
  return { kind: 'binary', binary, version: await versionOf(binary, ['--version']) }
}
