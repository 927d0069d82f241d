import { languages } from 'seckill-messages'
import { z } from 'zod'
import { positiveId } from '../http/validate.js'

const name = z.string().trim().min(1).max(100)
const email = z.email('must be an e-mail address').max(254).nullable()
const webhookUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// URL' })
  .max(500)
  .refine((url) => {
    const parsed = URL.parse(url)
    return parsed === null || (parsed.username === '' && parsed.password === '')
  }, 'must have no user and no password')
  .nullable()
const language = z.enum(languages).nullable()

const addresses = {
  email: email.exactOptional(),
  webhookUrl: webhookUrl.exactOptional(),
  language: language.exactOptional(),
}

/** A new user; the id is the subject of the user's tokens. */
export const createUserBody = z.strictObject({
  id: z.number().int().min(1).max(Number.MAX_SAFE_INTEGER),
  name,
  ...addresses,
})

/** The details of a user that change; null takes an address or the language away. */
export const changeUserBody = z
  .strictObject({ name: name.exactOptional(), ...addresses })
  .refine((body) => Object.keys(body).length > 0, 'must name at least one detail')

/** Which users are listed. */
export const usersQuery = z.strictObject({
  after: positiveId.default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
  email: z.string().max(254).optional(),
  status: z.enum(['ACTIVE', 'BLOCKED']).optional(),
})
