export { diagnose } from './diagnosis/diagnose.js'
export type { Diagnosis, Finding } from './diagnosis/finding.js'
export { aptUnpack } from './discovery/apt-unpack.js'
export { findOnPath } from './discovery/executable.js'
export { freePort } from './discovery/free-port.js'
export type { AttachedProcess, ProcessExit, ProcessOptions } from './processes/attached-process.js'
export { startProcess } from './processes/attached-process.js'
export { type RedisCluster, startRedisCluster } from './redis-cluster/start-redis-cluster.js'
export { findRepositoryRoot } from './repository-root.js'
export { killService, restartService } from './service-faults.js'
export { findBrowser, obtainBrowser } from './services/browser.js'
export { type OtherServerName, obtainOtherServer, otherServerNames, serversVariable } from './services/other-servers.js'
export { rabbitmqControl } from './services/rabbitmq-control.js'
export { findRabbitmq } from './services/rabbitmq-programs.js'
export type { ServiceEnv } from './services/service-driver.js'
export { withoutPassword } from './services/start-service.js'
export type {
  Environment,
  OnProgress,
  OptionalService,
  ServiceName,
  Stack,
  StackProgress,
  StackSelector,
  StartStackOptions,
} from './stack.js'
export { neededServices, optionalServices, serviceNames } from './stack.js'
export type { StackErrorCode } from './stack-error.js'
export { StackError } from './stack-error.js'
export { stacksDirectory } from './stack-layout.js'
export type { ServiceStatus, StackStatus } from './stack-status.js'
export { findStack, serviceLog, stackStatus } from './stack-status.js'
export { startStack } from './start-stack.js'
export { type LockOptions, withLock } from './state/launch-lock.js'
export type { StopStackOptions } from './stop-stack.js'
export { resetStack, stopStack } from './stop-stack.js'
