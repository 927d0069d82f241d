export { type ChangedUser, changeUser, createUser, type NewUser, setUserStatus, type UserDetails } from './change.js'
export { ensureUsers } from './ensure.js'
export { UserExistsError } from './errors.js'
export { findUser, listNewestUsers, listUsers, type User, type UserPage } from './read.js'
