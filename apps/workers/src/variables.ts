import { milliseconds, port } from 'seckill-process/configuration'
import { z } from 'zod'

export const dayMs = 86_400_000

/** The variables of probes, start and shutdown, which all workers have. */
export const probeVariables = {
  HEALTH_HOST: z.string().min(1).default('127.0.0.1').describe('the address that health and metrics listen on'),
  HEALTH_PORT: port(0).describe('the port of health and metrics; 0 takes a free one'),
  START_TIMEOUT_MS: milliseconds(100, 60_000).describe('the wait for Temporal and the database at the start'),
  SHUTDOWN_GRACE_MS: milliseconds(100, 20_000).describe('the time that steps have to end on a shutdown'),
} as const

/** The variables of the cleaning of a barrier. */
export const barrierVariables = {
  BARRIER_CLEANING_MS: milliseconds(100, 600_000).describe("the time between two rounds of the barrier's cleaning"),
  BARRIER_RETENTION_DAYS: z.coerce
    .number()
    .int()
    .min(8)
    .max(3_650)
    .default(45)
    .describe('the age from which barrier rows of ended lanes are deleted'),
} as const
