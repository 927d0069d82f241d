import { createSandboxProvider } from 'seckill-payment/sandbox'
import { type Sandbox, type SandboxStart, startSandbox } from 'seckill-payment/testing'
import type { PaymentOptions } from '../../src/activities/close-at-provider.js'

/** A provider process, and the terms by which the activities know it. */
export interface SandboxPayment {
  readonly sandbox: Sandbox
  readonly payment: PaymentOptions
}

/** Starts a provider; `sandbox.close` ends it. */
export async function startSandboxPayment(start?: SandboxStart): Promise<SandboxPayment> {
  const sandbox = await startSandbox(start)
  const provider = createSandboxProvider(sandbox.options)
  return { sandbox, payment: { provider, extensionMs: 2_000, returnUrl: 'http://127.0.0.1:9/' } }
}
