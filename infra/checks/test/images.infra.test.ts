import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from 'seckill-local-stack'
import { temporaryDatabase } from 'seckill-store/testing'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { findServers, type Servers } from '../../../test/setup/servers.js'
import { firstOf } from '../src/find-tool.js'
import { buildImages, type MountedImage, mountImage, spawnInImage } from '../src/image-processes.js'
import { imageNames, type ProcessName } from '../src/processes.js'

const buildah = await firstOf([['buildah']], ['--version'], /\d+\.\d+\.\d+/)
const debootstrap = await firstOf([['debootstrap'], ['/usr/sbin/debootstrap']], ['--version'], /\d+\.\d+/)
const why =
  process.env.INFRA_CHECKS !== 'all'
    ? 'they take minutes: npm run infra:check'
    : process.getuid?.() !== 0
      ? 'mounts and chroot need root'
      : buildah === undefined || debootstrap === undefined
        ? 'no buildah or no debootstrap here'
        : undefined
if (why !== undefined) process.stdout.write(`SKIPPED the images of infra/docker by buildah: ${why}\n`)

describe.skipIf(why !== undefined)('the images of infra/docker, built by buildah', () => {
  const data = mkdtempSync(join(tmpdir(), 'seckill-image-'))
  const images = new Map<ProcessName, MountedImage>()
  const running: ChildProcess[] = []
  let servers: Servers
  let database: Awaited<ReturnType<typeof temporaryDatabase>>

  beforeAll(async () => {
    chownSync(data, 10001, 10001)
    servers = await findServers(process.env)
    process.env.DATABASE_MIGRATION_URL = servers.env.DATABASE_MIGRATION_URL
    database = await temporaryDatabase(1)
    await buildImages(imageNames)
    for (const name of imageNames) images.set(name, await mountImage(name))
  }, 1_800_000)

  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL')
    for (const image of images.values()) await image.unmount()
    await database?.drop()
    await servers?.release()
    rmSync(data, { recursive: true, force: true })
  }, 120_000)

  function imageOf(name: ProcessName): MountedImage {
    const image = images.get(name)
    if (image === undefined) throw new Error(`The image ${name} is not mounted.`)
    return image
  }

  function start(name: ProcessName, command: readonly string[], env: Readonly<Record<string, string>>) {
    const child = spawnInImage(imageOf(name), data, command, env)
    running.push(child)
    const output = { text: '' }
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output.text += chunk
      })
    }
    return { child, output, ended: once(child, 'exit').then(([code]) => code as number | null) }
  }

  async function answerOf(name: ProcessName, script: string) {
    const { ended, output } = start(name, ['node', '-e', script], {})
    expect(await ended, output.text).toBe(0)
    return output.text.trim()
  }

  const sale = () => ({
    TEMPORAL_ADDRESS: servers.env.TEMPORAL_ADDRESS,
    DATABASE_URL: database.url,
    REDIS_URL: servers.env.REDIS_URL,
    PAYMENT_PROVIDER_URL: 'http://127.0.0.1:9',
    PAYMENT_API_KEY: 'a-key-of-at-least-24-characters',
    PAYMENT_WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
    PAYMENT_CALLBACK_URL: 'http://127.0.0.1:9/webhooks/payments',
    PAYMENT_RETURN_URL: 'http://127.0.0.1:9/',
    SECKILL_MODE: 'local',
    INSTALLATION_KEYS_FILE: '/var/lib/seckill/keys.json',
  })

  const environments = {
    api: () => ({
      ...sale(),
      AUTH_LOCAL_SECRET: '0123456789abcdefghijklmnopqrstuvwxyz',
      ADMIN_PORT: '0',
    }),
    workers: sale,
    notifier: () => ({ DATABASE_URL: database.url }),
    provider: () => ({
      PROVIDER_API_KEY: 'a-key-of-at-least-24-characters',
      PROVIDER_ADMIN_KEY: 'another-key-of-24-characters',
      PROVIDER_WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
      PROVIDER_JOURNAL: '/var/lib/seckill/provider.jsonl',
    }),
  } as const

  it.each(Object.keys(environments) as readonly (keyof typeof environments)[])(
    '%s answers its health check as the user 10001 on a read-only root, and ends on SIGTERM',
    async (name) => {
      const { config } = imageOf(name)
      expect(config.User).toBe('10001:10001')
      const port = await freePort()
      const variable = name === 'workers' || name === 'notifier' ? 'HEALTH_PORT' : 'PORT'
      const env = { ...environments[name](), [variable]: String(port) }
      const { child, ended, output } = start(name, config.Cmd, env)
      const [, ...check] = config.Healthcheck?.Test ?? []
      expect(check).toEqual(['node', '/app/healthcheck.mjs'])
      await vi.waitFor(
        async () => {
          expect(await start(name, check, { [variable]: String(port) }).ended, output.text).toBe(0)
        },
        { timeout: 60_000, interval: 500 },
      )
      child.kill('SIGTERM')
      expect(await ended, output.text).toBe(0)
    },
  )

  it('migrations finds a database that is up to date, and ends', async () => {
    const { ended, output } = start('migrations', imageOf('migrations').config.Cmd, {
      DATABASE_MIGRATION_URL: database.url,
    })
    expect(await ended, output.text).toBe(0)
    expect(output.text).toContain('the database is up to date')
  })

  it.each(imageNames)('%s is the user 10001, who can write nothing but /tmp and its data', async (name) => {
    const script = `
      const { writeFileSync } = require('node:fs')
      const refused = ['/app/x', '/etc/x', '/usr/local/bin/x', '/var/x'].filter((file) => {
        try { writeFileSync(file, ''); return false } catch { return true }
      })
      writeFileSync('/tmp/x', ''); writeFileSync('/var/lib/seckill/x', '')
      console.log(process.getuid(), process.getgid(), refused.length)`
    expect(await answerOf(name, script)).toBe('10001 10001 4')
  })

  it.each(imageNames)('%s has no build tool, and lists every package that it has beside itself', async (name) => {
    const script = `
      const { existsSync, readdirSync, readFileSync } = require('node:fs')
      const tools = ['/usr/local/bin/npm', '/usr/local/bin/npx', 'node_modules/typescript', 'node_modules/turbo', 'node_modules/vitest']
      const { components } = JSON.parse(readFileSync('sbom.cdx.json', 'utf8'))
      const listed = new Set(components.map(({ group, name }) => (group ? group + '/' : '') + name))
      const there = readdirSync('node_modules').filter((entry) => !entry.startsWith('.') && !entry.startsWith('@'))
      console.log(JSON.stringify([tools.filter(existsSync), there.filter((entry) => !listed.has(entry) && entry !== 'seckill-${name}')]))`
    expect(JSON.parse(await answerOf(name, script))).toEqual([[], []])
  })
})
