import { toMermaid } from 'saga-core'
import { transferSaga } from '../../../examples/money-transfer/src/saga.js'
import { accountSaga, subscriptionSaga } from '../../../examples/subscription/src/saga.js'
import { tripSaga } from '../../../examples/trip-booking/src/saga.js'
import { purchaseSaga } from '../../../packages/seckill-workflows/src/workflows/purchase.saga.js'
import { refundSaga } from '../../../packages/seckill-workflows/src/workflows/refund.saga.js'

interface DrawnSaga {
  readonly title: string
  readonly text: string
  readonly diagrams: readonly string[]
}

const drawn: readonly DrawnSaga[] = [
  {
    title: 'A purchase',
    text: `The saga of the flash sale ([purchase.saga.ts](../packages/seckill-workflows/src/workflows/purchase.saga.ts)). The hold at the gate existed before the
saga and is compensated last. Payment is the pivot: it waits for money, and MySQL decides.`,
    diagrams: [toMermaid(purchaseSaga)],
  },
  {
    title: 'A refund',
    text: `Money goes back by a saga of its own ([refund.saga.ts](../packages/seckill-workflows/src/workflows/refund.saga.ts)), whose steps are repeated until
the provider has answered.`,
    diagrams: [toMermaid(refundSaga)],
  },
  {
    title: 'A trip',
    text: 'The [trip booking](../examples/trip-booking/README.md) has a parallel group, and waits for an approval with a deadline.',
    diagrams: [toMermaid(tripSaga)],
  },
  {
    title: 'A money transfer',
    text: 'The [money transfer](../examples/money-transfer/README.md) has a barrier in the database of each bank.',
    diagrams: [toMermaid(transferSaga)],
  },
  {
    title: 'A subscription',
    text: 'The [subscription](../examples/subscription/README.md) sets an account up by a child saga, and waits for a card.',
    diagrams: [toMermaid(subscriptionSaga), toMermaid(accountSaga)],
  },
]

/** The sagas of the repository in Markdown, each drawn from its definition by `toMermaid`. */
export function sagasPage(): string {
  const parts = drawn.map(({ title, text, diagrams }) =>
    [`## ${title}`, text, ...diagrams.map((diagram) => `\`\`\`mermaid\n${diagram.trim()}\n\`\`\``)].join('\n\n'),
  )
  return `# The sagas, drawn

Each diagram is drawn from the definition that runs. Solid lines are the way forward, dotted ones the way back: a lane that is refused, or of which
nothing is known, runs the compensations of what was done, in reverse order.

${parts.join('\n\n')}
`
}
