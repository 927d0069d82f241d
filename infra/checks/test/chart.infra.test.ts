import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accountNames, accountVariable, newAccountUrls } from 'seckill-store/mysql'
import { stepServices } from 'seckill-workflows'
import { afterAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { environmentIn, objectsOf, podOf } from '../src/chart-objects.js'
import { chartReference } from '../src/chart-reference.js'
import { runTool } from '../src/find-tool.js'
import { findGoTool } from '../src/go-tool.js'
import { findKubernetesSchemas } from '../src/kubernetes-schemas.js'
import { deployments, environmentFaults } from '../src/processes.js'
import { inRepository } from '../src/repository.js'

const helm = await findGoTool({
  name: 'helm',
  package: 'helm.sh/helm/v4/cmd/helm',
  versionArgs: ['version', '--short'],
  version: /v4\.\d+/,
})
if ('missing' in helm) process.stdout.write(`SKIPPED infra/helm/seckill by helm: ${helm.missing}\n`)

const validator = await findGoTool({
  name: 'kubectl-validate',
  package: 'sigs.k8s.io/kubectl-validate',
  versionArgs: ['--help'],
  version: /validate Kubernetes manifests/,
})
const schemas = 'missing' in validator ? undefined : await findKubernetesSchemas()
const notValidated =
  'missing' in validator ? validator.missing : schemas === undefined ? 'Go could not get the schemas' : undefined
if (notValidated !== undefined)
  process.stdout.write(`SKIPPED infra/helm/seckill by kubectl-validate: ${notValidated}\n`)

const folder = mkdtempSync(join(tmpdir(), 'seckill-chart-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  if (schemas !== undefined) rmSync(schemas.folder, { recursive: true, force: true })
})

const chart = inRepository('infra', 'helm', 'seckill')
const values = (name: string) => inRepository('infra', 'helm', 'examples', `${name}.yaml`)

function runHelm(...args: readonly string[]) {
  if ('missing' in helm) throw new Error(helm.missing)
  return runTool(helm, args)
}

function render(name: string, ...further: readonly string[]) {
  return runHelm('template', 'sale', chart, '--namespace', 'shop', '--values', values(name), ...further)
}

/** A copy of the chart in which one text of one file is another. */
function changed(file: string, from: string, to: string): string {
  const copy = mkdtempSync(join(folder, 'chart-'))
  cpSync(chart, copy, { recursive: true })
  const text = readFileSync(join(copy, file), 'utf8')
  expect(text).toContain(from)
  writeFileSync(join(copy, file), text.replace(from, to))
  return copy
}

const urls = newAccountUrls('mysql://app:secret@mysql:3306/seckill')
const secrets = {
  TEMPORAL_ADDRESS: 'temporal:7233',
  DATABASE_URL: 'mysql://app:secret@mysql:3306/seckill',
  DATABASE_ADMIN_URL: 'mysql://admin:secret@mysql:3306/seckill',
  DATABASE_MIGRATION_URL: 'mysql://migrator:secret@mysql:3306/seckill',
  REDIS_URL: 'redis://:secret@redis:6379',
  PAYMENT_API_KEY: 'a-key-of-at-least-24-characters',
  PAYMENT_WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  PROVIDER_API_KEY: 'a-key-of-at-least-24-characters',
  PROVIDER_ADMIN_KEY: 'another-key-of-24-characters',
  PROVIDER_WEBHOOK_SECRETS: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
}

for (const name of accountNames) Object.assign(secrets, { [accountVariable(name)]: urls[name] })

/** The key of the secret that a deployment's DATABASE_URL comes from. */
function accountOf(objects: ReturnType<typeof objectsOf>, name: string): string | undefined {
  const variables = podOf(objects, `sale-${name}`).containers[0]?.env ?? []
  return variables.find((variable) => variable.name === 'DATABASE_URL')?.valueFrom?.secretKeyRef.key
}

/** The deployments with another account than their own, each with the key that it has. */
function accountFaults(objects: ReturnType<typeof objectsOf>): readonly (readonly [string, string | undefined])[] {
  const wanted = [
    ...stepServices.map((service) => [service, accountVariable(service)] as const),
    ['workers', accountVariable('worker')] as const,
    ['notifier', accountVariable('notification')] as const,
  ]
  return wanted.flatMap(([name, key]) => {
    const found = accountOf(objects, name)
    return found === key ? [] : [[name, found] as const]
  })
}

it("the chart's reference of values is that of its schema", async () => {
  const defaults: unknown = parse(readFileSync(join(chart, 'values.yaml'), 'utf8'))
  const reference = chartReference(readFileSync(join(chart, 'values.schema.json'), 'utf8'), defaults)
  await expect(reference).toMatchFileSnapshot(join(chart, 'VALUES.md'))
})

describe.skipIf('missing' in helm)('infra/helm/seckill by helm', () => {
  it.each(['needed', 'everything'])('lints and renders as the golden file with the values %s', async (name) => {
    const lint = await runHelm('lint', '--strict', chart, '--values', values(name))
    expect(lint.stdout).toContain('0 chart(s) failed')
    expect(lint.exitCode).toBe(0)
    const { exitCode, stdout, stderr } = await render(name)
    expect(stderr).toBe('')
    expect(exitCode).toBe(0)
    await expect(stdout).toMatchFileSnapshot(inRepository('infra', 'helm', 'golden', `${name}.yaml`))
  })

  it('is refused without the values that it needs: the first answer names them', async () => {
    const { exitCode, stderr } = await runHelm('template', 'sale', chart)
    expect(exitCode).not.toBe(0)
    for (const name of ['servers/secretName', 'auth/jwksUrl', 'installationKeys/secretName', 'payment/callbackUrl'])
      expect(stderr).toContain(name)
  })

  it.each([
    ['an unknown value', 'api.replica=3', 'replica'],
    ['a value of another type', 'api.replicas=many', 'replicas'],
    ['the tag latest', 'image.tag=latest', 'tag'],
    ['a digest that is none', 'image.digests.api=sha256:1', 'digests'],
    ['no payment provider', 'payment.providerUrl=', 'payment.providerUrl is required'],
  ])('is refused with %s', async (_mistake, setting, named) => {
    const { exitCode, stderr } = await render('needed', '--set', setting)
    expect(exitCode).not.toBe(0)
    expect(stderr).toContain(named)
  })

  it('is refused by lint with a template that is not closed', async () => {
    const broken = changed('templates/scaling.yaml', '{{- end }}', '')
    const { exitCode } = await runHelm('lint', broken, '--values', values('needed'))
    expect(exitCode).not.toBe(0)
  })

  it.each(deployments)('gives %s exactly variables that it reads, and all that it requires', async (name, process) => {
    const objects = objectsOf((await render('everything')).stdout)
    const environment = environmentIn(podOf(objects, `sale-${name}`), secrets)
    expect(environmentFaults(process, environment)).toEqual([])
  })

  it('gives each service apart its own account, and the workers and notifiers theirs', async () => {
    expect(accountFaults(objectsOf((await render('everything')).stdout))).toEqual([])
    const swapped = changed('templates/services.yaml', '(upper $service)', '"STOCK"')
    const { stdout } = await runHelm('template', 'sale', swapped, '--values', values('everything'))
    const others = stepServices.filter((service) => service !== 'stock')
    expect(
      accountFaults(objectsOf(stdout))
        .map(([name]) => name)
        .toSorted(),
    ).toEqual(others.toSorted())
  })

  it('runs the steps of all services in the workers, with the account of the sale, without a secret of accounts', async () => {
    const objects = objectsOf((await render('needed')).stdout)
    expect(
      objects.filter(({ metadata }) => stepServices.some((service) => metadata.name === `sale-${service}`)),
    ).toEqual([])
    const variables = podOf(objects, 'sale-workers').containers[0]?.env ?? []
    expect(variables.map(({ name }) => name)).not.toContain('SERVICES_APART')
    expect(accountOf(objects, 'workers')).toBe('DATABASE_URL')
  })

  it('has the API and the workers start runs whose steps are all in processes that it deploys', async () => {
    const objects = objectsOf((await render('everything')).stdout)
    for (const name of ['api', 'workers']) {
      const { SERVICES_APART = '' } = environmentIn(podOf(objects, `sale-${name}`), secrets)
      expect(SERVICES_APART.split(',').toSorted()).toEqual(stepServices.toSorted())
    }
    const counts = stepServices.map((service) => {
      const scaled = objects.find(
        ({ kind, metadata }) => kind === 'ScaledObject' && metadata.name === `sale-${service}`,
      )
      return [service, scaled?.spec.minReplicaCount]
    })
    expect(Object.fromEntries(counts)).toEqual({ user: 1, voucher: 1, stock: 2, order: 2, payment: 1 })
  })

  it("has the seed's replicas and resources of API and workers by default", async () => {
    const objects = objectsOf((await render('needed')).stdout)
    const deployment = (name: string) =>
      objects.find(({ kind, metadata }) => kind === 'Deployment' && metadata.name === `sale-${name}`)
    expect(deployment('api')?.spec.replicas).toBe(3)
    expect(deployment('workers')?.spec.replicas).toBe(4)
    expect(podOf(objects, 'sale-api').containers[0]).toMatchObject({
      resources: { requests: { cpu: '250m', memory: '256Mi' }, limits: { cpu: '500m', memory: '512Mi' } },
    })
  })

  it('gives the API the time of its drain and of its grace before it is killed', async () => {
    const { stdout } = await render('needed', '--set', 'api.drainSeconds=20,api.graceMs=15000')
    expect(podOf(objectsOf(stdout), 'sale-api').terminationGracePeriodSeconds).toBe(40)
  })

  it.each(deployments)('runs %s without root, rights and a writable root', async (name) => {
    const pod = podOf(objectsOf((await render('everything')).stdout), `sale-${name}`)
    expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsUser: 10001 } })
    expect(pod.containers[0]).toMatchObject({
      securityContext: {
        readOnlyRootFilesystem: true,
        allowPrivilegeEscalation: false,
        capabilities: { drop: ['ALL'] },
      },
    })
  })
})

describe.skipIf('missing' in helm || notValidated !== undefined)('infra/helm/seckill by kubectl-validate', () => {
  async function validate(rendered: string) {
    if ('missing' in validator || schemas === undefined) throw new Error(notValidated)
    const file = join(folder, 'rendered.yaml')
    writeFileSync(file, rendered)
    return runTool(validator, [file, ...schemas.args])
  }
  // The definition of a PodMonitor is in no Go module that can be had, so it is left out.
  const known = () => render('everything', '--set', 'monitoring.enabled=false')

  it.each(['needed', 'everything'])('is valid with the values %s', async (name) => {
    const { stdout } = await render(name, '--set', 'monitoring.enabled=false')
    const { exitCode, stdout: told, stderr } = await validate(stdout)
    expect(`${told}${stderr}`).not.toContain('ERROR')
    expect(exitCode).toBe(0)
  })

  it.each([
    ['an unknown field of a pod', 'automountServiceAccountToken:', 'automountServiceToken:'],
    ['an unknown field of an autoscaler', 'scaleTargetRef: { apiVersion', 'scaleTarget: { apiVersion'],
    ["an unknown field of KEDA's object", 'maxReplicaCount:', 'maxReplicasCount:'],
    ['an unknown field of a route', 'parentRefs:', 'parentReferences:'],
    ['a word where a number belongs', 'periodSeconds: 10', 'periodSeconds: ten'],
  ])('is refused with %s', async (_mistake, from, to) => {
    const { stdout } = await known()
    expect(stdout).toContain(from)
    const { exitCode } = await validate(stdout.replace(from, to))
    expect(exitCode).not.toBe(0)
  })
})
