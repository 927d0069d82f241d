import { aptPrefix } from '../discovery/apt.js'
import { dockerAnswers } from '../discovery/docker.js'
import { findServer, versionOf } from '../discovery/executable.js'
import { findBrowser } from '../services/browser.js'
import { installLine } from '../services/missing-server.js'
import { mysqlDriver, mysqlServer } from '../services/mysql.js'
import type { ObtainableServer } from '../services/obtain-server.js'
import { rabbitmqDriver } from '../services/rabbitmq.js'
import { findRabbitmq, rabbitmqInstall, rabbitmqVersion } from '../services/rabbitmq-programs.js'
import { redisDriver, redisServer } from '../services/redis.js'
import type { ServiceDriver, ServiceEnv } from '../services/service-driver.js'
import { withoutPassword } from '../services/start-service.js'
import { temporalDriver } from '../services/temporal.js'
import { findTemporal, temporalInstallLine } from '../services/temporal-binary.js'
import { findGo } from '../services/temporal-go-install.js'
import type { Environment } from '../stack.js'
import { reasonOf } from '../stack-error.js'
import type { Finding } from './finding.js'

/** Checks that Redis is given by URL, installed, or installable. */
export function checkRedis(env: Environment): Promise<Finding> {
  return checkObtainable(redisDriver, redisServer, env)
}

/** Checks that MariaDB or MySQL is given by URL, installed, or installable. */
export function checkMysql(env: Environment): Promise<Finding> {
  return checkObtainable(mysqlDriver, mysqlServer, env)
}

/** Checks that Temporal is given by address, installed, or installable. */
export async function checkTemporal(env: Environment): Promise<Finding> {
  const subject = temporalDriver.title
  const given = temporalDriver.given(env)
  if (given !== undefined) return checkGiven(temporalDriver, given)
  const here = findTemporal(env)
  if (here !== undefined) return checkBinary(subject, here)
  const go = findGo(env)
  const fallback =
    go === undefined ? 'there is no Go to build it with if that fails' : `or built with ${go} (3 minutes)`
  const detail = `not here: the first start downloads it; ${fallback}`
  return { subject, level: 'note', detail, hint: temporalInstallLine() }
}

/** Checks for RabbitMQ, which only `--with rabbitmq` needs. */
export async function checkRabbitmq(env: Environment): Promise<Finding> {
  const subject = rabbitmqDriver.title
  const given = rabbitmqDriver.given(env)
  if (given !== undefined) return checkGiven(rabbitmqDriver, given)
  const here = findRabbitmq(env)
  if (here === undefined) {
    const detail = 'not here: only `--with rabbitmq` needs it, and installs it where apt can'
    return { subject, level: 'note', detail, hint: installLine(rabbitmqInstall) }
  }
  return checkBinary(subject, here, rabbitmqVersion(here))
}

/** Checks for the browser, which only the tests of the pages need. */
export async function checkBrowser(env: Environment): Promise<Finding> {
  const subject = 'Chromium'
  const here = findBrowser(env)
  if (here !== undefined) return { subject, level: 'ok', detail: here, hint: null }
  const installs = (await aptPrefix(env)) !== undefined
  const detail = installs
    ? 'not here: the tests of the pages install it with apt-get'
    : 'not here: the tests of the pages are skipped'
  return { subject, level: 'note', detail, hint: null }
}

/** Checks for Docker, a fallback for a missing server. */
export async function checkDocker(env: Environment): Promise<Finding> {
  const answers = await dockerAnswers(env)
  const detail = answers ? 'answers' : 'does not answer (only needed where Redis or MySQL is missing)'
  return { subject: 'Docker', level: answers ? 'ok' : 'note', detail, hint: null }
}

async function checkObtainable(driver: ServiceDriver, server: ObtainableServer, env: Environment): Promise<Finding> {
  const given = driver.given(env)
  if (given !== undefined) return checkGiven(driver, given)
  const here = findServer(server.programs, env)
  if (here !== undefined) return checkBinary(server.title, here)
  const hint = installLine(server.install)
  const absent = { subject: server.title, hint } as const
  if ((await aptPrefix(env)) !== undefined) {
    return { ...absent, level: 'note', detail: 'not here: the first start installs it with apt-get' }
  }
  if (await dockerAnswers(env))
    return { ...absent, level: 'note', detail: `not here: ${server.image} in Docker instead` }
  return { ...absent, level: 'failed', detail: 'not on this machine' }
}

async function checkGiven(driver: ServiceDriver, given: ServiceEnv): Promise<Finding> {
  const [variable = '', url = ''] = Object.entries(given)[0] ?? []
  const where = `${variable}=${withoutPassword(url)}`
  try {
    return { subject: driver.title, level: 'ok', detail: `${await driver.check(given)} at ${where}`, hint: null }
  } catch (error) {
    const hint = `Start that server or correct ${variable}; unset it to have a private one started.`
    return { subject: driver.title, level: 'failed', detail: `${where} does not answer: ${reasonOf(error)}`, hint }
  }
}

async function checkBinary(
  subject: string,
  binary: string,
  version = versionOf(binary, ['--version']),
): Promise<Finding> {
  try {
    return {
      subject,
      level: 'ok',
      detail: `${shortVersion(await version)} at ${binary}`,
      hint: null,
    }
  } catch (error) {
    return { subject, level: 'failed', detail: reasonOf(error), hint: `Install ${subject} again.` }
  }
}

/** The version number in a server's version line; for Temporal, of its server and not of its command line. */
export function shortVersion(line: string): string {
  return /Server (\d+\.\d+\.\d+)/.exec(line)?.[1] ?? /\d+\.\d+\.\d+(?:-MariaDB)?/.exec(line)?.[0] ?? line
}
