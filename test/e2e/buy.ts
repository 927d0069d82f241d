import { type Sale, signToken } from 'seckill-cli/sale'

/** The span of a caller. */
export const caller = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }

/** The header by which the caller says whether his trace is sampled: `01`, or not: `00`. */
export function traceParent(flags: '00' | '01'): string {
  return `00-${caller.traceId}-${caller.spanId}-${flags}`
}

/** Buys one unit; its traceId. */
export async function buy(
  { api, secret }: Sale,
  voucherId: number,
  userId: number,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const authorization = `Bearer ${await signToken(secret, { userId })}`
  const url = `${api.url}/api/v1/vouchers/${voucherId}/purchases`
  const response = await fetch(url, { method: 'POST', headers: { authorization, ...headers } })
  const { code, data } = (await response.json()) as {
    readonly code: number
    readonly data: { readonly traceId: string }
  }
  if (code !== 202) throw new Error(`User ${userId} was answered ${code}.`)
  return data.traceId
}
