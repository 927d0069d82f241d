export { findMonitoringPrograms, type MonitoringPrograms } from './monitoring-programs.js'
export { type Monitoring, type MonitoringOptions, startMonitoring } from './start-monitoring.js'
