import type { Response } from 'express'
import { principalOf } from '../auth/authenticate.js'

/** The admin who makes a change, as the audit names him. */
export function actorOf(response: Response): string {
  return `user:${principalOf(response).userId}`
}
