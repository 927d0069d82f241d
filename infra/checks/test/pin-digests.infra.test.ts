import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AttachedProcess, findOnPath, freePort, startProcess } from 'seckill-local-stack'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runTool } from '../src/find-tool.js'
import { inRepository } from '../src/repository.js'

const skopeo = findOnPath('skopeo', process.env)
const registry = findOnPath('docker-registry', process.env)
const missing = skopeo === undefined || registry === undefined
if (missing) process.stdout.write('SKIPPED infra/pin-digests on a registry: no skopeo or no docker-registry here\n')

const folder = mkdtempSync(join(tmpdir(), 'seckill-registry-'))

/** Writes an image without files as a layout of the Open Container Initiative, and answers its digest. */
function writeImage(layout: string): string {
  mkdirSync(join(layout, 'blobs', 'sha256'), { recursive: true })
  const blob = (value: unknown) => {
    const text = JSON.stringify(value)
    const hex = createHash('sha256').update(text).digest('hex')
    writeFileSync(join(layout, 'blobs', 'sha256', hex), text)
    return { digest: `sha256:${hex}`, size: Buffer.byteLength(text) }
  }
  const type = 'application/vnd.oci.image'
  const config = blob({ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } })
  const mediaType = `${type}.manifest.v1+json`
  const manifest = blob({
    schemaVersion: 2,
    mediaType,
    config: { mediaType: `${type}.config.v1+json`, ...config },
    layers: [],
  })
  writeFileSync(join(layout, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  writeFileSync(
    join(layout, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, ...manifest }] }),
  )
  return manifest.digest
}

describe.skipIf(missing)('infra/pin-digests on a registry', () => {
  let server: AttachedProcess
  let host: string
  let digest: string
  const names = [
    ...readFileSync(inRepository('infra', 'compose.yaml'), 'utf8').matchAll(/image: (?:&\S+ )?\$\{(\w+_IMAGE):-/g),
  ].map(([, name = '']) => name)

  beforeAll(async () => {
    host = `127.0.0.1:${await freePort()}`
    const config = join(folder, 'registry.json')
    const storage = { filesystem: { rootdirectory: join(folder, 'data') } }
    writeFileSync(config, JSON.stringify({ version: '0.1', storage, http: { addr: host } }))
    server = await startProcess({
      name: 'docker-registry',
      command: registry ?? '',
      args: ['serve', config],
      env: { PATH: process.env.PATH },
      logFile: join(folder, 'registry.log'),
      ready: async () => (await fetch(`http://${host}/v2/`)).ok,
      timeoutMs: 30_000,
    })
    digest = writeImage(join(folder, 'image'))
    const copy = ['copy', '--insecure-policy', '--dest-tls-verify=false', `oci:${join(folder, 'image')}`]
    const { exitCode, stderr } = await runTool({ command: [skopeo ?? '', ...copy], version: '' }, [
      `docker://${host}/sale:1.0.0`,
    ])
    expect(exitCode, stderr).toBe(0)
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const pin = (tag: string) =>
    runTool({ command: [inRepository('infra', 'pin-digests')], version: '' }, [], {
      env: {
        SKOPEO_FLAGS: '--tls-verify=false',
        ...Object.fromEntries(names.map((name) => [name, `${host}/sale:${tag}`])),
      },
    })

  it('prints every image of the Compose file by the digest that its registry has', async () => {
    const { exitCode, stdout, stderr } = await pin('1.0.0')
    expect(exitCode, stderr).toBe(0)
    const expected = [...new Set(names)].map((name) => `${name}=${host}/sale:1.0.0@${digest}`)
    expect(stdout.trim().split('\n').sort()).toEqual(expected.sort())
  })

  it('fails, and names the image, where a registry does not have it', async () => {
    const { exitCode, stderr } = await pin('2.0.0')
    expect(exitCode).not.toBe(0)
    expect(stderr).toMatch(/_IMAGE: no image \S+:2\.0\.0 in its registry/)
  })
})
