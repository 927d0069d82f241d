import { findServers, STACK_VARIABLES } from './servers.js'

/** Gives the integration tests their servers: those named by the environment, or a private stack that ends with the run. */
export async function setup(): Promise<() => Promise<void>> {
  const servers = await findServers(process.env)
  for (const name of STACK_VARIABLES) process.env[name] = servers.env[name]
  return servers.release
}
