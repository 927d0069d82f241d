import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountVariable, readAccountUrls } from 'seckill-store/mysql'
import { stepServices } from 'seckill-workflows'
import { afterAll, describe, expect, it } from 'vitest'
import { type ComposeService, configOf, servicesOf } from '../src/compose-model.js'
import { findDockerCompose } from '../src/docker-compose.js'
import { firstOf, runTool } from '../src/find-tool.js'
import { deployments, environmentFaults } from '../src/processes.js'
import { inRepository } from '../src/repository.js'

const tool = await findDockerCompose()
if ('missing' in tool) process.stdout.write(`SKIPPED infra/compose.yaml by docker-compose: ${tool.missing}\n`)

const folder = mkdtempSync(join(tmpdir(), 'seckill-compose-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const file = inRepository('infra', 'compose.yaml')
const secrets = execFileSync(inRepository('infra', 'compose', 'new-secrets'), { encoding: 'utf8' })
const required = secrets
  .trim()
  .split('\n')
  .map((line) => line.split('=', 1)[0] ?? '')

async function config(text: string, env: string) {
  if ('missing' in tool) throw new Error(tool.missing)
  const [composeFile, envFile] = [join(folder, 'compose.yaml'), join(folder, '.env')]
  writeFileSync(composeFile, text)
  writeFileSync(envFile, env)
  const args = ['--project-directory', inRepository('infra'), '-f', composeFile, '--env-file', envFile]
  return runTool(tool, [...args, '--profile', '*', 'config', '--format', 'json'])
}

const compose = readFileSync(file, 'utf8')

/** The services of the file with an account of their own, and its name. */
const accounts = [
  ...stepServices.map((service) => [service, service] as const),
  ['notifier', 'notification'] as const,
  ['workers', 'worker'] as const,
]

describe.skipIf('missing' in tool)('infra/compose.yaml', async () => {
  const rendered = 'missing' in tool ? undefined : await config(compose, secrets)
  const services = rendered?.exitCode === 0 ? servicesOf(rendered.stdout) : new Map<string, ComposeService>()

  it('is valid to docker-compose with all profiles and the secrets of new-secrets', () => {
    expect(rendered?.stderr).toBe('')
    expect(rendered?.exitCode).toBe(0)
  })

  it.each([
    ['an unknown key', 'read_only: true', 'readonly: true'],
    [
      'a dependency that does not exist',
      'mysql: { condition: service_healthy }',
      'mysqld: { condition: service_healthy }',
    ],
    ['a condition that does not exist', 'condition: service_healthy', 'condition: service_well'],
    ['a number that is none', 'replicas: 3', 'replicas: three'],
    ['a volume that is not declared', 'redis:/data', 'rediss:/data'],
  ])('is refused with %s', async (_mistake, from, to) => {
    expect(compose).toContain(from)
    const { exitCode, stderr } = await config(compose.replace(from, to), secrets)
    expect(exitCode).not.toBe(0)
    expect(stderr).not.toBe('')
  })

  it.each(required.filter((name) => name !== 'AUTH_LOCAL_SECRET'))('is refused without %s', async (name) => {
    const without = secrets.replace(new RegExp(`^${name}=.*$`, 'm'), '')
    const { exitCode, stderr } = await config(compose, without)
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain(`required variable ${name} is missing`)
  })

  it.each(deployments)('gives %s exactly variables that it reads, and all that it requires', (name, process) => {
    const environment = services.get(name)?.environment ?? {}
    expect(environmentFaults(process, environment)).toEqual([])
    expect(environmentFaults(process, { ...environment, REDIS_ADDRESS: 'redis' })).toHaveLength(1)
  })

  /** The services with another account than the one that migrations make for them. */
  function accountFaults(of: ReadonlyMap<string, ComposeService>): readonly string[] {
    const made = of.get('migrations')?.environment ?? {}
    const wrong = accounts.filter(
      ([name, account]) => of.get(name)?.environment?.DATABASE_URL !== made[accountVariable(account)],
    )
    return wrong.map(([name]) => name)
  }

  it('gives each service the account that migrations make for it, and no other', async () => {
    expect(accountFaults(services)).toEqual([])
    expect(readAccountUrls(services.get('migrations')?.environment ?? {})).toBeDefined()
    const swapped = await config(
      compose.replace('DATABASE_URL: *stock-account', 'DATABASE_URL: *order-account'),
      secrets,
    )
    expect(accountFaults(servicesOf(swapped.stdout))).toEqual(['stock'])
  })

  it('has the API and the workers start runs whose steps are all in processes that it deploys', () => {
    for (const name of ['api', 'workers'])
      expect(services.get(name)?.environment?.SERVICES_APART?.split(',')).toEqual([...stepServices])
    for (const service of stepServices) {
      expect(services.get(service)?.environment?.SERVICE).toBe(service)
      expect(services.get(service)?.command?.at(-1)).toBe('apps/workers/dist/service/main.js')
    }
  })

  it('leaves the API without a way to verify tokens unstarted: it names the secret', () => {
    const { AUTH_LOCAL_SECRET: _, ...without } = services.get('api')?.environment ?? {}
    expect(environmentFaults('api', without).join()).toContain('AUTH_LOCAL_SECRET')
  })

  it.each([
    ['api', 3],
    ['stock', 2],
    ['order', 2],
    ['user', 1],
    ['voucher', 1],
    ['payment', 1],
    ['notifier', 1],
  ])("has the seed's number of processes of %s: %i", (name, replicas) => {
    expect(services.get(name)?.deploy?.replicas).toBe(replicas)
  })

  it('publishes no port of a data server, and none but the shoppers’ beyond this machine', async () => {
    for (const name of ['redis', 'mysql', 'temporal']) expect(services.get(name)?.ports, name).toEqual([])
    const everywhere = await config(compose, `${secrets}\nSALE_ADDRESS=0.0.0.0\n`)
    const open = [...servicesOf(everywhere.stdout)].flatMap(([name, { ports }]) =>
      ports.filter((port) => port.host_ip !== '127.0.0.1').map((port) => `${name}:${port.target}`),
    )
    expect(open).toEqual(['gateway:8080'])
  })

  it('runs each process of the sale without root, rights and a writable root', () => {
    for (const [name] of deployments) {
      expect(services.get(name), name).toMatchObject({
        user: '10001:10001',
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
      })
    }
  })

  it('gives every server that stays up a health check, except those whose health nothing waits for', () => {
    const without = [...services].filter(([, service]) => service.healthcheck === undefined).map(([name]) => name)
    expect(without.sort()).toEqual(['migrations', 'temporal-namespace', 'temporal-schema', 'temporal-ui'])
  })

  it('names a fixed version of each image', () => {
    for (const [name, { image }] of services) expect(image, name).toMatch(/:v?\d+\.\d+\.\d+(-alpine)?$/)
  })

  it('takes an image by digest', async () => {
    const image = `registry.example/seckill/api@sha256:${'0'.repeat(64)}`
    const { stdout } = await config(compose, `${secrets}\nSECKILL_API_IMAGE=${image}\n`)
    expect(servicesOf(stdout).get('api')?.image).toBe(image)
  })
})

const amtool = await firstOf([['amtool']], ['--version'], /\d+\.\d+\.\d+/)
if (amtool === undefined)
  process.stdout.write('SKIPPED the Alertmanager of infra/compose.yaml by amtool: no amtool here\n')

describe.skipIf('missing' in tool || amtool === undefined)("infra/compose.yaml's Alertmanager by amtool", () => {
  async function check(change: (text: string) => string) {
    if (amtool === undefined) throw new Error('no amtool here')
    const { stdout } = await config(compose, `${secrets}\nALERT_WEBHOOK_URL=https://pager.example/alerts\n`)
    const alertmanager = join(folder, 'alertmanager.yaml')
    writeFileSync(alertmanager, change(configOf(stdout, 'alertmanager')))
    return runTool(amtool, ['check-config', alertmanager])
  }

  it('has a valid configuration', async () => {
    const { exitCode, stderr } = await check((text) => text)
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
  })

  it('is refused with a receiver that does not exist', async () => {
    const { exitCode } = await check((text) => text.replace('receiver: operators', 'receiver: nowhere'))
    expect(exitCode).not.toBe(0)
  })
})
