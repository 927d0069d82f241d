import { Refused } from 'seckill-client/admin'

/** The API does not answer. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'

  constructor(method: string) {
    const advice = method === 'GET' ? 'Try again.' : 'It may have been done: look before you repeat it.'
    super(`The server does not answer. ${advice}`)
  }
}

/** What the API tells of an error, by its code. */
interface FaultData {
  readonly detail?: string
  readonly reason?: string
  readonly because?: readonly string[]
  readonly issues?: readonly { readonly field: string; readonly problem: string }[]
  readonly gate?: { readonly reason?: string }
  readonly order?: string
}

/** The sentence of a failed call: what happened, and what to do. */
export function sentenceOfFault(error: unknown): string {
  if (error instanceof NoAnswer) return error.message
  if (!(error instanceof Refused)) return 'Something is wrong in this page. Load it again.'
  if (error.code === '') return `The server answered ${error.status} without a text. Try again.`
  return sentenceOf(error.message, error.data as FaultData | null)
}

function sentenceOf(message: string, data: FaultData | null): string {
  const issues = data?.issues?.map(({ field, problem }) => `${field.replace(/^(?:body|query)\./, '')} ${problem}`)
  const detail = data?.detail ?? data?.gate?.reason ?? data?.reason ?? data?.because?.join('; ') ?? issues?.join('; ')
  const order = data?.order === undefined ? '' : ` The order is ${data.order}.`
  return `${message}${detail === undefined ? '' : `: ${detail}`}.${order}`.replace(/\.+$/, '.')
}
