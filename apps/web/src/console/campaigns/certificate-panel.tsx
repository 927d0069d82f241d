import { useState } from 'preact/hooks'
import { dataOf } from 'seckill-client/admin'
import { api } from '../frame/api.js'
import { Loaded, Panel, Table } from '../frame/parts.js'
import { useData } from '../frame/use-data.js'

/** The certificate of a sale: its checks, counted on demand, and the signed file. */
export function CertificatePanel({ voucherId }: { readonly voucherId: number }) {
  const [isAsked, setIsAsked] = useState(false)
  return (
    <Panel title="Certificate">
      <p>
        The figures of the sale, counted in MySQL, Redis and Temporal. The signed file is checked without a server:
        ./seckill certificate verify
      </p>
      <p class="buttons">
        <button type="button" onClick={() => setIsAsked(true)}>
          Count the sale
        </button>
        <a href={`/admin/v1/campaigns/${voucherId}/certificate/file`} download={`certificate-${voucherId}.json`}>
          Download the signed file
        </a>
      </p>
      {isAsked && <Checks voucherId={voucherId} />}
    </Panel>
  )
}

function Checks({ voucherId }: { readonly voucherId: number }) {
  const params = { path: { voucherId } }
  const shown = useData(`certificate ${voucherId}`, () =>
    dataOf(api.GET('/admin/v1/campaigns/{voucherId}/certificate', { params })),
  )
  return (
    <Loaded shown={shown}>
      {({ invariants: { ok, checks } }) => (
        <>
          <p class={`verdict ${ok ? 'good' : 'bad'}`}>{verdictText(ok)}</p>
          <Table
            label="Checks of the certificate"
            heads={['Check', 'Holds', 'Counted']}
            none="There are no checks."
            rows={checks.map(({ name, ok: holds, detail }) => ({
              key: name,
              cells: [name, answerText(holds), detail],
            }))}
          />
        </>
      )}
    </Loaded>
  )
}

function answerText(ok: boolean | null): string {
  return ok === null ? 'unknown' : ok ? 'yes' : 'no'
}

function verdictText(ok: boolean | null): string {
  if (ok) return 'Every check holds.'
  return ok === null
    ? 'Some checks are unknown yet: the sale is not at rest.'
    : 'Not every check holds. While a sale runs, some cannot.'
}
