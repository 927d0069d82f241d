import type { Scenario } from '../scenario.js'
import { e1 } from './e1.js'
import { e2 } from './e2.js'
import { e3 } from './e3.js'
import { e5 } from './e5.js'
import { p1 } from './p1.js'
import { p2 } from './p2.js'

/** Every scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [e1, e2, e3, e5, p1, p2]
