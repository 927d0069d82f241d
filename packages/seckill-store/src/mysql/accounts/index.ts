export { barrierDatabaseOf } from './account-grants.js'
export {
  type AccountName,
  type AccountRights,
  accountNames,
  accountRights,
  type Right,
  type ServiceName,
  serviceNames,
} from './account-rights.js'
export { type AccountUrls, AccountUrlsError, accountVariable, newAccountUrls, readAccountUrls } from './account-urls.js'
export { type AccountStatement, accountStatements, makeAccounts } from './make-accounts.js'
