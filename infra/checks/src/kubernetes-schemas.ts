import { cp, mkdir, mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { findGoModule } from './go-tool.js'

/** Schemas of Kubernetes' own objects and of others' as kubectl-validate reads them; a folder of the system's temporary ones. */
export interface KubernetesSchemas {
  readonly folder: string
  readonly args: readonly string[]
}

const kubernetes = 'k8s.io/kubernetes@v1.37.2'
const definitions = [
  ['github.com/kedacore/keda/v2@v2.21.0', 'config/crd/bases/keda.sh_scaledobjects.yaml'],
  ['sigs.k8s.io/gateway-api@v1.4.0', 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml'],
] as const

/** Lays out the OpenAPI of Kubernetes and the definitions of KEDA and the Gateway API; undefined where Go cannot get them. */
export async function findKubernetesSchemas(): Promise<KubernetesSchemas | undefined> {
  const [api, ...others] = await Promise.all([kubernetes, ...definitions.map(([module]) => module)].map(findGoModule))
  if (api === undefined || others.some((one) => one === undefined)) return undefined
  const folder = await mkdtemp(join(tmpdir(), 'seckill-schemas-'))
  await layOut(join(api, 'api/openapi-spec/v3'), join(folder, 'schemas'))
  await mkdir(join(folder, 'crds'))
  for (const [index, [, path]] of definitions.entries())
    await cp(join(others[index] ?? '', path), join(folder, 'crds', basename(path)))
  return { folder, args: ['--local-schemas', join(folder, 'schemas'), '--local-crds', join(folder, 'crds')] }
}

/** `apis__apps__v1_openapi.json` becomes `apis/apps/v1.json`. */
async function layOut(from: string, to: string): Promise<void> {
  for (const file of await readdir(from)) {
    const path = /^(api__v1|apis__.+__.+)_openapi\.json$/.exec(file)?.[1]?.replaceAll('__', '/')
    if (path === undefined) continue
    await mkdir(join(to, dirname(path)), { recursive: true })
    await cp(join(from, file), join(to, `${path}.json`))
  }
}
