import { findServers, stackVariables } from './servers.js'

/** Gives the integration tests the servers that the environment names, or a private stack that is stopped after the run. */
export async function setup(): Promise<() => Promise<void>> {
  const servers = await findServers(process.env)
  for (const name of stackVariables) process.env[name] = servers.env[name]
  return servers.release
}
