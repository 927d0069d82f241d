import { useState } from 'preact/hooks'
import { type Delivery, dataOf, type operations } from 'seckill-client/admin'
import { type Act, ActButton } from '../frame/act.js'
import { api } from '../frame/api.js'
import { Loaded, Sheet, Table } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'

type Selection = Omit<operations['sendNotificationsAgain']['requestBody']['content']['application/json'], 'reason'>

function sendAgain(what: string, selection: Selection): Act {
  return {
    verb: 'Send again',
    what,
    make: async (reason) => {
      const body = { ...selection, reason }
      const { deliveries } = await dataOf(api.POST('/admin/v1/notifications/send-again', { body }))
      return `${deliveries} messages will be sent again.`
    },
  }
}

const states = { DEAD: 'given up', PENDING: 'on their way', SENT: 'sent' } as const

/** The messages to buyers, and those that were given up to be sent again. */
export function NotificationsPage() {
  const [state, setState] = useState<keyof typeof states>('DEAD')
  const shown = useData(`notifications ${state}`, () =>
    dataOf(api.GET('/admin/v1/notifications', { params: { query: { state } } })),
  )
  const dead = shown.data?.dead ?? 0
  return (
    <Sheet title="Notifications">
      <label class="choose">
        Messages
        <select value={state} onChange={(event) => setState(event.currentTarget.value as keyof typeof states)}>
          {Object.entries(states).map(([name, text]) => (
            <option key={name} value={name}>
              {text}
            </option>
          ))}
        </select>
      </label>
      {dead > 0 && (
        <p class="buttons">
          <ActButton
            label={`Send all ${dead} again`}
            act={sendAgain(`All ${dead} messages that were given up.`, { all: true })}
          />
        </p>
      )}
      <Loaded shown={shown}>
        {({ deliveries }) => (
          <Table
            label="Messages"
            heads={['Message', 'User', 'Channel', 'Attempts', 'Last problem', 'Changed', 'Act']}
            none={`No message is ${states[state]}.`}
            rows={deliveries.map((one) => ({ key: `${one.id} ${one.channel}`, cells: cellsOf(one, state) }))}
          />
        )}
      </Loaded>
    </Sheet>
  )
}

function cellsOf({ id, reservationId, kind, channel, userId, attempts, problem, updatedAt }: Delivery, state: string) {
  return [
    <a key="id" href={hrefOf('purchases', reservationId)}>
      {kind.replaceAll('_', ' ').toLowerCase()} of {reservationId}
    </a>,
    userId,
    channel,
    attempts,
    problem ?? '',
    timeText(updatedAt),
    state === 'DEAD' ? <ActButton key="act" label="Send again" act={sendAgain(id, { ids: [id], channel })} /> : '',
  ]
}
