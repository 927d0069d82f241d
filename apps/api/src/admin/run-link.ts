import { purchaseRunPrefix } from 'seckill-workflows'

/** The pages of Temporal's Web UI about the sale's runs; `null` when no Web UI is configured. */
export interface RunLinks {
  /** All runs of a voucher. */
  readonly runs: (voucherId: number) => string | null
  /** One run. */
  readonly run: (workflowId: string) => string | null
}

export function createRunLinks(uiUrl: string | undefined, namespace: string): RunLinks {
  if (uiUrl === undefined) return { runs: () => null, run: () => null }
  const base = `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`
  return {
    runs: (voucherId) =>
      `${base}?query=${encodeURIComponent(`WorkflowId STARTS_WITH "${purchaseRunPrefix(voucherId)}"`)}`,
    run: (workflowId) => `${base}/${encodeURIComponent(workflowId)}`,
  }
}
