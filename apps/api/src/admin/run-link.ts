import { purchaseRunPrefix } from 'seckill-workflows'

/** The URL of a voucher's runs in Temporal's Web UI; `null` when no Web UI is configured. */
export type RunLink = (voucherId: number) => string | null

export function createRunLink(uiUrl: string | undefined, namespace: string): RunLink {
  if (uiUrl === undefined) return () => null
  const base = `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`
  return (voucherId) =>
    `${base}?query=${encodeURIComponent(`WorkflowId STARTS_WITH "${purchaseRunPrefix(voucherId)}"`)}`
}
