import { openSaleContender } from '../contenders/sale-contender.js'
import { compareContenders } from '../driver/compare-contenders.js'
import type { Scenario } from '../scenario.js'
import { TARGETS } from '../targets.js'

/** The whole pipeline with a saga behind each order, against one job, message, workflow or invocation for each order. */
export const p1: Scenario = {
  id: 'P1',
  run: (bench) =>
    compareContenders(bench, {
      id: 'P1',
      ours: () => openSaleContender(bench),
      theirs: ['bullmq', 'rabbitmq', 'dbos', 'restate', 'bareStream'],
      target: TARGETS.P1,
    }),
}
