import type { Scenario } from '../scenario.js'
import { acceptedPurchases } from './accepted-purchases.js'
import { actsInARush } from './acts-in-a-rush.js'
import { batchBesideBulkSql } from './batch-beside-bulk-sql.js'
import { costOverTemporal } from './cost-over-temporal.js'
import { floodOfGarbage } from './flood-of-garbage.js'
import { gainOverSamples } from './gain-over-samples.js'
import { gateLibrary } from './gate-library.js'
import { growthOfARush } from './growth-of-a-rush.js'
import { lanesInARun } from './lanes-in-a-run.js'
import { latencyOfAccept } from './latency-of-accept.js'
import { memoryInARush } from './memory-in-a-rush.js'
import { openConsolesInARush } from './open-consoles.js'
import { paymentsCaptured } from './payments-captured.js'
import { recoveryAfterKill } from './recovery-after-kill.js'
import { saleBesideBatches } from './sale-beside-batches.js'
import { saleBesideSingleJobs } from './sale-beside-single-jobs.js'
import { soldOutAnswers } from './sold-out-answers.js'
import { tracedPurchases } from './traced-purchases.js'
import { unpaidOrders } from './unpaid-orders.js'

/** Every scenario, in the order of the table. */
export const scenarios: readonly Scenario[] = [
  gateLibrary,
  acceptedPurchases,
  soldOutAnswers,
  costOverTemporal,
  gainOverSamples,
  lanesInARun,
  batchBesideBulkSql,
  saleBesideSingleJobs,
  saleBesideBatches,
  growthOfARush,
  latencyOfAccept,
  recoveryAfterKill,
  memoryInARush,
  unpaidOrders,
  paymentsCaptured,
  actsInARush,
  floodOfGarbage,
  openConsolesInARush,
  tracedPurchases,
]
