import { useState } from 'preact/hooks'
import { type AdminVoucher, dataOf } from 'seckill-client/admin'
import { moneyText } from '../../ui/format.js'
import { type Act, ActButton } from '../frame/act.js'
import { api } from '../frame/api.js'
import { MoneyField, minorOf, NumberField, TitleField } from '../frame/fields.js'
import { Loaded, Sheet, State, Table } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { useData } from '../frame/use-data.js'

const currency = 'CNY'

const creating: Act = {
  verb: 'Create',
  what: 'A new voucher is an ordinary one. A campaign may sell it later.',
  fields: (
    <div class="fields">
      <NumberField label="Voucher id" name="id" least={1} />
      <TitleField />
      <MoneyField label="List price" name="listPrice" currency={currency} minor={9_900} />
    </div>
  ),
  make: async (reason, { form }) => {
    const body = { ...fieldsOf(form, currency), id: Number(form.get('id')), currency, reason }
    const { voucher } = await dataOf(api.POST('/admin/v1/vouchers', { body }))
    return `Saved: voucher ${voucher.id}.`
  },
}

function editing(voucher: AdminVoucher): Act {
  return changing(voucher, {
    verb: 'Edit',
    what: 'A campaign keeps the price that it sells at.',
    fields: (
      <div class="fields">
        <TitleField value={voucher.title} />
        <MoneyField label="List price" name="listPrice" currency={voucher.currency} minor={voucher.listPriceMinor} />
      </div>
    ),
    changes: (form) => fieldsOf(form, voucher.currency),
  })
}

function moving(voucher: AdminVoucher): Act {
  return voucher.status === 'ON_SALE'
    ? changing(voucher, {
        verb: 'Withdraw',
        what: 'Shoppers do not see it any more. Orders of it stay as they are.',
        changes: () => ({ status: 'WITHDRAWN' }),
      })
    : changing(voucher, {
        verb: 'Put on sale',
        what: 'Shoppers see it again.',
        changes: () => ({ status: 'ON_SALE' }),
      })
}

interface Change extends Pick<Act, 'verb' | 'what' | 'fields'> {
  readonly changes: (form: FormData) => Partial<Pick<AdminVoucher, 'title' | 'listPriceMinor' | 'status'>>
}

function changing({ id, title }: AdminVoucher, { changes, what, ...act }: Change): Act {
  return {
    ...act,
    what: `${title}: ${what}`,
    make: async (reason, { form }) => {
      const options = { params: { path: { voucherId: id } }, body: { ...changes(form), reason } }
      const { voucher } = await dataOf(api.PATCH('/admin/v1/vouchers/{voucherId}', options))
      return `Saved: voucher ${voucher.id} is ${wordOf(voucher)}.`
    },
  }
}

function fieldsOf(form: FormData, of: string) {
  return { title: String(form.get('title')), listPriceMinor: minorOf(form.get('listPrice'), of) }
}

function wordOf({ status }: AdminVoucher): string {
  return status.replace('_', ' ').toLowerCase()
}

/** All vouchers by id, ordinary ones and those that a campaign sells. */
export function VouchersPage() {
  const [after, setAfter] = useState<number>()
  const shown = useData(`vouchers after ${after ?? 0}`, () =>
    dataOf(api.GET('/admin/v1/vouchers', { params: { query: after === undefined ? {} : { after } } })),
  )
  return (
    <Sheet title="Vouchers">
      <p class="buttons">
        <ActButton label="New voucher" act={creating} isMain />
      </p>
      <Loaded shown={shown}>
        {({ vouchers, next }) => (
          <>
            <Table
              label="Vouchers"
              heads={['Voucher', 'Title', 'Status', 'List price', 'Campaign', 'Acts']}
              none={after === undefined ? 'There is no voucher yet.' : 'There are no more vouchers.'}
              rows={vouchers.map((voucher) => ({ key: String(voucher.id), cells: cellsOf(voucher) }))}
            />
            <p class="buttons">
              {after !== undefined && (
                <button type="button" onClick={() => setAfter(undefined)}>
                  First
                </button>
              )}
              {next !== null && (
                <button type="button" onClick={() => setAfter(next)}>
                  More
                </button>
              )}
              <a href={hrefOf('audit')}>Changes</a>
            </p>
          </>
        )}
      </Loaded>
    </Sheet>
  )
}

function cellsOf(voucher: AdminVoucher) {
  const { id, title, status, listPriceMinor, campaign } = voucher
  return [
    id,
    title,
    <State key="status" state={status} />,
    moneyText(listPriceMinor, voucher.currency, 'en'),
    campaign === null ? (
      'none'
    ) : (
      <a key="campaign" href={hrefOf('campaigns', id)}>
        {campaign.toLowerCase()}
      </a>
    ),
    <span key="acts" class="buttons">
      <ActButton label="Edit" act={editing(voucher)} />
      <ActButton label={moving(voucher).verb} act={moving(voucher)} />
    </span>,
  ]
}
