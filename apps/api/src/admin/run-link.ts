import { purchaseRunPrefix } from 'seckill-workflows'

/** Where a voucher's runs are seen in Temporal's Web UI; `null` when it is not known where that is. */
export type RunLink = (voucherId: number) => string | null

export function createRunLink(uiUrl: string | undefined, namespace: string): RunLink {
  if (uiUrl === undefined) return () => null
  const base = `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`
  return (voucherId) =>
    `${base}?query=${encodeURIComponent(`WorkflowId STARTS_WITH "${purchaseRunPrefix(voucherId)}"`)}`
}
