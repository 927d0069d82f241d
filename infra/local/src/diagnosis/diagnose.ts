import type { Environment, StackSelector } from '../stack.js'
import { stackLayout } from '../stack-layout.js'
import { stackStatus } from '../stack-status.js'
import type { Diagnosis, Finding } from './finding.js'
import { checkDataDirectory, checkDisk, checkMemory, checkNode, checkNpm, checkPorts } from './machine-checks.js'
import { checkBrowser, checkDocker, checkMysql, checkRabbitmq, checkRedis, checkTemporal } from './server-checks.js'

/** Checks everything that a stack needs of this machine; starts and installs nothing. */
export async function diagnose(selector: StackSelector, env: Environment = process.env): Promise<Diagnosis> {
  const layout = stackLayout(selector)
  const findings = await Promise.all([
    checkNode(),
    checkNpm(env),
    checkRedis(env),
    checkMysql(env),
    checkTemporal(env),
    checkRabbitmq(env),
    checkDocker(env),
    checkBrowser(env),
    checkPorts(),
    checkDataDirectory(layout),
    checkDisk(layout),
    checkMemory(),
    checkStack(selector),
  ])
  return { ok: findings.every(({ level }) => level !== 'failed'), findings }
}

async function checkStack(selector: StackSelector): Promise<Finding> {
  const { name, services } = await stackStatus(selector)
  const subject = `stack ${name}`
  const lines = services.map(({ service, condition, port }) => `${service} ${condition}${port ? ` on ${port}` : ''}`)
  const broken = services.find(({ condition }) => condition === 'unhealthy')
  const detail = lines.join(', ')
  if (broken === undefined) return { subject, level: 'ok', detail, hint: null }
  return { subject, level: 'failed', detail, hint: `./seckill stack logs ${broken.service} --name ${name}` }
}
