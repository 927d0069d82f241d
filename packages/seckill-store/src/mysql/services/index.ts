export { createServiceAccounts, type ServiceAccount, type ServiceAccounts } from './create-service-accounts.js'
export { type Right, type ServiceName, type ServiceRights, serviceNames, serviceRights } from './service-rights.js'
