import type { Router } from 'express'
import {
  type ChangedUser,
  changeUser,
  createUser,
  findUser,
  listUsers,
  setUserStatus,
  UserExistsError,
  type UserStatus,
} from 'seckill-store/mysql'
import type { SaleDatabase } from '../connections.js'
import { answered, endOfFullPage, found, refusedAs } from '../http/answered.js'
import { type Asked, routes } from '../http/routes.js'
import { actorOf } from './actor-of.js'
import { userOperations } from './user-operations.js'

/** The secret of a webhook is in the answer to the change that set its URL, and in no other one. */
function shown({ user, webhookSecret }: ChangedUser) {
  return webhookSecret === null ? { user } : { user, webhookSecret }
}

function setStatus(db: SaleDatabase, status: UserStatus) {
  return async ({ params, body, response }: Asked<(typeof userOperations)['disableUser']>) => {
    const by = { actor: actorOf(response), reason: body.reason }
    return { status: 200, data: shown(found(await answered(setUserStatus(db, params.userId, status, by)))) } as const
  }
}

/** Routes of user administration: the addresses and the language of messages, and who may buy; each change is audited. */
export function userRoutes({ db }: { readonly db: SaleDatabase }): Router {
  return routes(userOperations)({
    async listUsers({ query }) {
      const users = await answered(listUsers(db, query))
      return { status: 200, data: { users, next: endOfFullPage(users, query.limit)?.id ?? null } }
    },
    async showUser({ params: { userId } }) {
      return { status: 200, data: { user: found(await answered(findUser(db, userId))) } }
    },
    async createUser({ body, response }) {
      const created = createUser(db, body, actorOf(response)).catch(refusedAs(UserExistsError, 'USER_EXISTS'))
      return { status: 201, data: shown(await answered(created)) }
    },
    async changeUser({ params: { userId }, body, response }) {
      const changed = found(await answered(changeUser(db, userId, body, actorOf(response))))
      return { status: 200, data: shown(changed) }
    },
    disableUser: setStatus(db, 'BLOCKED'),
    enableUser: setStatus(db, 'ACTIVE'),
  })
}
