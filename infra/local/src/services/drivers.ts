import type { ServiceName } from '../stack.js'
import { mysqlDriver } from './mysql.js'
import { rabbitmqDriver } from './rabbitmq.js'
import { redisDriver } from './redis.js'
import type { ServiceDriver } from './service-driver.js'
import { temporalDriver } from './temporal.js'

/** The driver of each service. */
export const drivers: Readonly<Record<ServiceName, ServiceDriver>> = {
  redis: redisDriver,
  mysql: mysqlDriver,
  temporal: temporalDriver,
  rabbitmq: rabbitmqDriver,
}

/** The order of a stop: Temporal's workers write to MySQL, and MySQL has the rows of Redis' holds. */
export const stopOrder: readonly ServiceName[] = ['temporal', 'rabbitmq', 'mysql', 'redis']
