import { languages } from 'seckill-messages'
import { z } from 'zod'
import { epochMs } from '../http/answer-fields.js'
import { data, type Operations } from '../http/operation.js'
import { positiveId } from '../http/validate.js'
import { verbBody } from './campaign-requests.js'
import { changeUserBody, createUserBody, usersQuery } from './user-requests.js'

const params = z.strictObject({ userId: positiveId })

const user = z
  .strictObject({
    id: z.number(),
    name: z.string(),
    status: z.enum(['ACTIVE', 'BLOCKED']),
    email: z.string().nullable(),
    webhookUrl: z.string().nullable(),
    language: z.enum(languages).nullable(),
    createdAt: epochMs,
  })
  .meta({ id: 'User' })

const changed = z.strictObject({
  user,
  webhookSecret: z
    .string()
    .optional()
    .meta({ description: 'of a webhook whose URL this change set; it is told this once' }),
})

const page = z.strictObject({
  users: z.array(user),
  next: z.number().nullable().meta({ description: '`after` of the next page; null after the last one' }),
})

const change = {
  access: 'admin',
  params,
  answers: { 200: data(changed) },
  errors: ['NOT_FOUND'],
} as const

/** The operations of users. */
export const userOperations = {
  listUsers: {
    method: 'get',
    path: '/admin/v1/users',
    summary: 'Users by id',
    access: 'admin',
    query: usersQuery,
    answers: { 200: data(page) },
  },
  createUser: {
    method: 'post',
    path: '/admin/v1/users',
    summary: 'Create a user; the id is the subject of its tokens',
    access: 'admin',
    body: createUserBody,
    answers: { 201: data(changed, 'It is created') },
    errors: ['USER_EXISTS'],
  },
  showUser: {
    method: 'get',
    path: '/admin/v1/users/:userId',
    summary: 'A user',
    access: 'admin',
    params,
    answers: { 200: data(z.strictObject({ user })) },
    errors: ['NOT_FOUND'],
  },
  changeUser: {
    ...change,
    method: 'patch',
    path: '/admin/v1/users/:userId',
    summary: 'Change the name, the addresses or the language of a user; null takes one away',
    body: changeUserBody,
  },
  disableUser: {
    ...change,
    method: 'post',
    path: '/admin/v1/users/:userId/disable',
    summary: 'Disable a user, who then buys nothing any more',
    body: verbBody,
  },
  enableUser: {
    ...change,
    method: 'post',
    path: '/admin/v1/users/:userId/enable',
    summary: 'Enable a user again',
    body: verbBody,
  },
} as const satisfies Operations
