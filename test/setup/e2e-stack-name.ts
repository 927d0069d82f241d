import { fileURLToPath } from 'node:url'

/** The stack the e2e tests run on. */
export const e2eStack = { root: fileURLToPath(new URL('../..', import.meta.url)), name: 'e2e' } as const
