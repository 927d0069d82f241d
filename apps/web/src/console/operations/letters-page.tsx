import { useState } from 'preact/hooks'
import { type DeadLetter, dataOf } from 'seckill-client/admin'
import { api } from '../frame/api.js'
import { Loaded, Older, Sheet, Table } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'

/** The broker's messages that no consumer could take; each has been decided when it is here, so that nothing is asked of an operator. */
export function LettersPage() {
  const [before, setBefore] = useState<number>()
  const shown = useData(`letters ${before}`, () =>
    dataOf(api.GET('/admin/v1/dead-letters', { params: { query: before === undefined ? {} : { before } } })),
  )
  return (
    <Sheet title="Dead letters">
      <Loaded shown={shown}>
        {({ isBrokerUsed, waiting, letters, next }) => (
          <>
            <p>{brokerText(isBrokerUsed, waiting)}</p>
            <p class="note">
              A worker decides each letter by itself: purchases that no run owns are refused, and their units are on
              sale again; the others go on. A letter without a run refuses nothing, and the gate gives its run again.
              None is to be sent again.
            </p>
            <Table
              label="Dead letters"
              heads={['When', 'Run', 'Why', 'Voucher', 'What became of it', 'Body']}
              none="No message has become a dead letter."
              rows={letters.map((letter) => ({ key: String(letter.id), cells: cellsOf(letter) }))}
            />
            <Older next={next} show={setBefore} />
          </>
        )}
      </Loaded>
    </Sheet>
  )
}

function brokerText(isUsed: boolean, waiting: number | null): string {
  if (!isUsed)
    return 'This sale has no broker: the API starts the runs itself, and no message can become a dead letter.'
  if (waiting === null) return 'The broker does not answer: how many letters wait for a worker is not known.'
  if (waiting === 0) return 'No letter waits for a worker.'
  return `${waiting} ${waiting === 1 ? 'letter waits' : 'letters wait'} for a worker, which has to run.`
}

function cellsOf({ at, messageId, reason, voucherId, refused, body }: DeadLetter) {
  return [
    timeText(at),
    messageId,
    reason ?? '',
    voucherId === null ? (
      ''
    ) : (
      <a key="voucher" href={hrefOf('campaigns', voucherId)}>
        {voucherId}
      </a>
    ),
    endText(voucherId, refused),
    body ?? '',
  ]
}

function endText(voucherId: number | null, refused: number): string {
  if (voucherId === null) return 'nothing was refused; the gate gave its run again'
  if (refused === 0) return 'nothing was refused: a run owns each purchase'
  return `${refused} ${refused === 1 ? 'purchase was' : 'purchases were'} refused`
}
