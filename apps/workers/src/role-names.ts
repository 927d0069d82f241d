/** What a worker process can be: `fused` runs every step of the sale. */
export const roleNames = ['fused'] as const

/** One of {@link roleNames}. */
export type RoleName = (typeof roleNames)[number]
