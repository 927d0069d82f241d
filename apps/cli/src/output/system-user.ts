import { userInfo } from 'node:os'

/** The user of this system, as the operator of a verb. @throws Error when the system has no name for him */
export function systemUser(): string {
  try {
    return userInfo().username
  } catch (cause) {
    throw new Error('This system has no name for its user. Give the name of the operator: --actor', { cause })
  }
}
