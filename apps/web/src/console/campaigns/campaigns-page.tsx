import { dataOf } from 'seckill-client/admin'
import { moneyText } from '../../ui/format.js'
import { ActButton } from '../frame/act.js'
import { api, changeHeaders } from '../frame/api.js'
import { Loaded, Sheet, State, Table } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'
import { type Campaign, changedText } from './campaign.js'
import { NewCampaignFields, newCampaignOf } from './terms-fields.js'

const creating = {
  verb: 'Create',
  what: 'A new campaign is a draft: shoppers do not see it until it is warmed up and opened.',
  fields: <NewCampaignFields />,
  make: async (reason: string, { operationId, form }: { readonly operationId: string; readonly form: FormData }) => {
    const body = { ...newCampaignOf(form), reason }
    const params = { header: changeHeaders({ operationId }) }
    return changedText(await dataOf(api.POST('/admin/v1/campaigns', { params, body })))
  },
}

/** All campaigns, and the way to a new one. */
export function CampaignsPage() {
  const shown = useData('campaigns', () => dataOf(api.GET('/admin/v1/campaigns')))
  return (
    <Sheet title="Campaigns">
      <p class="buttons">
        <ActButton label="New campaign" act={creating} isMain />
      </p>
      <Loaded shown={shown}>
        {({ campaigns }) => (
          <Table
            label="Campaigns"
            heads={['Voucher', 'Title', 'State', 'Price', 'Sold', 'Begins', 'Ends']}
            none="There is no campaign yet."
            rows={campaigns.map((campaign) => ({ key: String(campaign.voucherId), cells: cellsOf(campaign) }))}
          />
        )}
      </Loaded>
    </Sheet>
  )
}

function cellsOf({ voucherId, title, state, priceMinor, currency, claimed, total, beginsAt, endsAt }: Campaign) {
  return [
    voucherId,
    <a key="title" href={hrefOf('campaigns', voucherId)}>
      {title}
    </a>,
    <State key="state" state={state} />,
    moneyText(priceMinor, currency, 'en'),
    `${claimed} of ${total}`,
    timeText(beginsAt),
    timeText(endsAt),
  ]
}
