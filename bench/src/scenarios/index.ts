import type { Scenario } from '../scenario.js'
import { e1 } from './e1.js'
import { e2 } from './e2.js'
import { e3 } from './e3.js'
import { e5 } from './e5.js'
import { g1 } from './g1.js'
import { g2 } from './g2.js'
import { g3 } from './g3.js'
import { m1 } from './m1.js'
import { p1 } from './p1.js'
import { p2 } from './p2.js'
import { r1 } from './r1.js'
import { s1 } from './s1.js'
import { s2 } from './s2.js'

/** Every scenario, in the order of the table. */
export const SCENARIOS: readonly Scenario[] = [g1, g2, g3, e1, e2, e3, e5, p1, p2, s1, s2, r1, m1]
