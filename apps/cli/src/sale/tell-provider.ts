import type { Sale } from './start-sale.js'

/** Sets the behaviour of a sale's provider at large anew; what is left out gets its default. */
export async function tellProvider(
  { provider }: Pick<Sale, 'provider'>,
  behaviour: Readonly<Record<string, number>>,
): Promise<void> {
  const response = await fetch(`${provider.url}/admin/behaviour`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${provider.adminKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(behaviour),
  })
  if (!response.ok) throw new Error(`The payment provider at ${provider.url} answered ${response.status}.`)
}
