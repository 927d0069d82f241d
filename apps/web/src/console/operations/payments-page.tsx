import { dataOf } from 'seckill-client/admin'
import { type Act, ActButton } from '../frame/act.js'
import { api } from '../frame/api.js'
import { Loaded, Panel, Sheet, Table } from '../frame/parts.js'
import { timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'

function refunding(orderId: string | undefined): Act {
  return {
    verb: 'Refund',
    what: 'Gives the money of a paid order back, and its units go on sale again. Asked for twice, it is one refund.',
    fields: (
      <label>
        Order
        <input name="orderId" required spellcheck={false} autocomplete="off" defaultValue={orderId} />
      </label>
    ),
    make: async (reason, { form }) => {
      const params = { path: { orderId: String(form.get('orderId')).trim() } }
      const options = { params, body: { reason } }
      const { refundId } = await dataOf(api.POST('/admin/v1/orders/{orderId}/refund', options))
      return `The refund ${refundId} is requested.`
    },
  }
}

/** Refunds of paid orders, and the callbacks that changed nothing. */
export function PaymentsPage({ orderId }: { readonly orderId: string | undefined }) {
  const shown = useData('quarantine', () => dataOf(api.GET('/admin/v1/payments/quarantine')))
  return (
    <Sheet title="Payments">
      <Panel title="Refund">
        {orderId !== undefined && <p class="id">{orderId}</p>}
        <p class="buttons">
          <ActButton label="Refund an order" act={refunding(orderId)} />
        </p>
      </Panel>
      <Panel title="Callbacks in quarantine">
        <p class="note">They cannot be trusted or fit no payment, and changed nothing.</p>
        <Loaded shown={shown}>
          {({ counts, latest }) => (
            <>
              <p>
                {Object.entries(counts)
                  .map(([reason, count]) => `${reason.replaceAll('_', ' ').toLowerCase()}: ${count}`)
                  .join(', ')}
              </p>
              <Table
                label="Callbacks in quarantine"
                heads={['Received', 'Reason', 'Provider', 'Payment', 'Body']}
                none="No callback is in quarantine."
                rows={latest.map(({ messageId, reason, provider, receivedAt, paymentId, body }) => ({
                  key: `${provider} ${messageId}`,
                  cells: [timeText(receivedAt), reason, provider, paymentId ?? 'none', <code key="body">{body}</code>],
                }))}
              />
            </>
          )}
        </Loaded>
      </Panel>
    </Sheet>
  )
}
