import { findServers, stackVariables } from './servers.js'

/**
 * Gives the integration tests the servers that the environment names, or a private stack that is stopped after the run, and a migrated
 * database whose tables the temporary ones copy.
 */
export async function setup(): Promise<() => Promise<void>> {
  const servers = await findServers(process.env)
  for (const name of stackVariables) process.env[name] = servers.env[name]
  const { templateVariable, temporaryDatabase } = await import('seckill-store/testing')
  const template = await temporaryDatabase(1)
  process.env[templateVariable] = template.name
  return async () => {
    await template.drop()
    await servers.release()
  }
}
