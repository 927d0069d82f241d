import { type Request, type RequestHandler, type Response, Router } from 'express'
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
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { jsonBody } from '../http/body.js'
import { sendData } from '../http/envelope.js'
import { methodNotAllowed } from '../http/error-handler.js'
import { positiveId, validated } from '../http/validate.js'
import { actorOf } from './actor-of.js'
import { verbBody } from './campaign-requests.js'
import { changeUserBody, createUserBody, usersQuery } from './user-requests.js'

function userIdOf(request: Request): number {
  return validated(positiveId, request.params.userId, 'userId')
}

function known<T>(user: T | undefined): T {
  if (user === undefined) throw new ApiError('NOT_FOUND')
  return user
}

/** The secret of a webhook is in the answer to the change that set its URL, and in no other one. */
function sendChanged(response: Response, { user, webhookSecret }: ChangedUser, status = 200): void {
  sendData(response, webhookSecret === null ? { user } : { user, webhookSecret }, { status })
}

function readers(db: SaleDatabase) {
  const list: RequestHandler = async (request, response) => {
    const query = validated(usersQuery, request.query, 'query')
    const users = await answered(listUsers(db, query))
    const last = users.length === query.limit ? users.at(-1) : undefined
    sendData(response, { users, next: last?.id ?? null })
  }
  const one: RequestHandler = async (request, response) => {
    sendData(response, { user: known(await answered(findUser(db, userIdOf(request)))) })
  }
  return { list, one }
}

function writers(db: SaleDatabase) {
  const create: RequestHandler = async (request, response) => {
    const user = validated(createUserBody, request.body, 'body')
    const created = createUser(db, user, actorOf(response)).catch((error: unknown) => {
      throw error instanceof UserExistsError
        ? new ApiError('USER_EXISTS', { data: { detail: error.message }, cause: error })
        : error
    })
    sendChanged(response, await answered(created), 201)
  }
  const change: RequestHandler = async (request, response) => {
    const details = validated(changeUserBody, request.body, 'body')
    sendChanged(response, known(await answered(changeUser(db, userIdOf(request), details, actorOf(response)))))
  }
  const setStatus =
    (status: UserStatus): RequestHandler =>
    async (request, response) => {
      const { reason } = validated(verbBody, request.body, 'body')
      const by = { actor: actorOf(response), reason }
      sendChanged(response, known(await answered(setUserStatus(db, userIdOf(request), status, by))))
    }
  return { create, change, disable: setStatus('BLOCKED'), enable: setStatus('ACTIVE') }
}

/** Routes of user administration: the addresses and the language of messages, and who may buy; each change is audited. */
export function userRoutes({ db }: { readonly db: SaleDatabase }): Router {
  const { list, one } = readers(db)
  const { create, change, disable, enable } = writers(db)
  const path = '/users/:userId'
  return Router()
    .get('/users', list)
    .post('/users', jsonBody, create)
    .get(path, one)
    .patch(path, jsonBody, change)
    .post(`${path}/disable`, jsonBody, disable)
    .post(`${path}/enable`, jsonBody, enable)
    .all('/users', methodNotAllowed('GET, HEAD, POST'))
    .all(path, methodNotAllowed('GET, HEAD, PATCH'))
    .all([`${path}/disable`, `${path}/enable`], methodNotAllowed('POST'))
}
