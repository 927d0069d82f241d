import { findOnPath } from 'seckill-local-stack'

/** The programs that watch a sale; the second is undefined where it is not installed. */
export interface MonitoringPrograms {
  readonly prometheus: string
  readonly alertmanager: string | undefined
}

/**
 * Finds Prometheus and Alertmanager by the names that Debian and the projects themselves give them.
 * @throws Error when there is no Prometheus
 */
export function findMonitoringPrograms(env = process.env): MonitoringPrograms {
  const prometheus = findOnPath('prometheus', env)
  if (prometheus === undefined)
    throw new Error(
      'There is no Prometheus on PATH. On Debian or Ubuntu: sudo apt-get install prometheus prometheus-alertmanager; on macOS: brew install prometheus alertmanager',
    )
  return { prometheus, alertmanager: findOnPath('prometheus-alertmanager', env) ?? findOnPath('alertmanager', env) }
}
