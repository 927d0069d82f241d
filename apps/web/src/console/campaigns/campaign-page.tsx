import { dataOf } from 'seckill-client/admin'
import { moneyText } from '../../ui/format.js'
import { type Act, ActButton } from '../frame/act.js'
import { api, changeHeaders } from '../frame/api.js'
import { Facts, Loaded, Panel, Sheet, State } from '../frame/parts.js'
import { hrefOf } from '../frame/route.js'
import { durationText, timeText } from '../frame/time.js'
import { useData } from '../frame/use-data.js'
import { type Campaign, type CampaignVerb, campaignVerbs, changedText, verbsOf } from './campaign.js'
import { CertificatePanel } from './certificate-panel.js'
import { TermsFields, termsOf } from './terms-fields.js'

/** One campaign with its acts and its certificate. */
export function CampaignPage({ voucherId }: { readonly voucherId: string }) {
  const shown = useData(`campaign ${voucherId}`, () =>
    dataOf(api.GET('/admin/v1/campaigns/{voucherId}', { params: { path: { voucherId: Number(voucherId) } } })),
  )
  return (
    <Sheet title={shown.data?.campaign.title ?? `Voucher ${voucherId}`}>
      <Loaded shown={shown}>
        {({ campaign, links }) => (
          <>
            <Acts campaign={campaign} />
            <Panel title="Terms">
              <Facts facts={factsOf(campaign)} />
              <p class="buttons">
                <a href={hrefOf('audit', `campaign:${campaign.voucherId}`)}>Changes of this campaign</a>
                {links.runs !== null && (
                  <a href={links.runs} target="_blank" rel="noreferrer">
                    Its runs in Temporal
                  </a>
                )}
              </p>
            </Panel>
            {campaign.state !== 'DRAFT' && <CertificatePanel voucherId={campaign.voucherId} />}
          </>
        )}
      </Loaded>
    </Sheet>
  )
}

function factsOf(campaign: Campaign) {
  const { voucherId, state, total, claimed, quantity, priceMinor, listPriceMinor, currency, version } = campaign
  const price = `${moneyText(priceMinor, currency, 'en')}, instead of ${moneyText(listPriceMinor, currency, 'en')}`
  return [
    ['Voucher', voucherId],
    ['State', <State key="state" state={state} />],
    ['Units', `${total}, of which ${claimed} are claimed and ${quantity} left`],
    ['Price', price],
    ['Begins', timeText(campaign.beginsAt)],
    ['Ends', timeText(campaign.endsAt)],
    ['Limit per user', campaign.limitPerUser],
    ['Time to pay', durationText(campaign.payWindowMs)],
    ['Moved by', campaign.autopilot ? 'itself, at its times' : 'an operator'],
    ['Version', version],
  ] as const
}

function Acts({ campaign }: { readonly campaign: Campaign }) {
  const { state } = campaign
  const verbs = verbsOf[state]
  if (state === 'SETTLED') return <p class="note">The sale is settled: nothing of it can be changed.</p>
  if (state === 'CLOSED')
    return (
      <p class="buttons">
        <ActButton label="Settle" act={settle(campaign)} isMain />
      </p>
    )
  return (
    <p class="buttons">
      {verbs.map((verb, at) => (
        <ActButton key={verb} label={campaignVerbs[verb].verb} act={move(campaign, verb)} isMain={at === 0} />
      ))}
      <ActButton label="Restock" act={restock(campaign)} />
      <ActButton label="Edit" act={edit(campaign)} />
      <ActButton label={campaign.autopilot ? 'Autopilot off' : 'Autopilot on'} act={steer(campaign)} />
    </p>
  )
}

function paramsOf({ voucherId, version }: Campaign, operationId?: string) {
  const header = changeHeaders({ version, ...(operationId !== undefined && { operationId }) })
  return { path: { voucherId }, header }
}

function move(campaign: Campaign, name: CampaignVerb): Act {
  const { verb, what } = campaignVerbs[name]
  return {
    verb,
    what: `${campaign.title}: ${what}`,
    make: async (reason) => {
      const options = { params: paramsOf(campaign), body: { reason } }
      return changedText(await dataOf(api.POST(`/admin/v1/campaigns/{voucherId}/${name}`, options)))
    },
  }
}

function restock(campaign: Campaign): Act {
  return {
    verb: 'Restock',
    what: `${campaign.title} has ${campaign.total} units. A negative number takes free units away.`,
    fields: (
      <label>
        Units to add
        <input type="number" name="units" required step="1" />
      </label>
    ),
    make: async (reason, { operationId, form }) => {
      const options = { params: paramsOf(campaign, operationId), body: { units: Number(form.get('units')), reason } }
      return changedText(await dataOf(api.POST('/admin/v1/campaigns/{voucherId}/restock', options)))
    },
  }
}

function edit(campaign: Campaign): Act {
  return {
    verb: 'Edit',
    what: `${campaign.title}: purchases that are in keep the terms of their admission.`,
    fields: <TermsFields {...campaign} />,
    make: async (reason, { form }) => {
      const body = { ...changedTerms(campaign, termsOf(form, campaign.currency)), reason }
      const options = { params: paramsOf(campaign), body }
      return changedText(await dataOf(api.PATCH('/admin/v1/campaigns/{voucherId}', options)))
    },
  }
}

/** Lets the campaign's run move it at its times, or an operator. */
function steer(campaign: Campaign): Act {
  const autopilot = !campaign.autopilot
  const what = autopilot
    ? 'its run warms it up ten minutes before it begins, opens it, and closes it after its end.'
    : 'its operator moves it from now on.'
  return {
    verb: autopilot ? 'Autopilot on' : 'Autopilot off',
    what: `${campaign.title}: ${what}`,
    make: async (reason) => {
      const options = { params: paramsOf(campaign), body: { autopilot, reason } }
      return changedText(await dataOf(api.PATCH('/admin/v1/campaigns/{voucherId}', options)))
    },
  }
}

function settle({ voucherId, title }: Campaign): Act {
  return {
    verb: 'Settle',
    what: `${title}: signs its certificate and ends it for good, once nothing of it is on its way and it adds up. It does so by itself; this does it now, or says what it waits for.`,
    fields: (
      <label class="check">
        <input type="checkbox" name="asItIs" />
        As it is: also where the sale does not add up. Its certificate says so for good.
      </label>
    ),
    make: async (reason, { form }) => {
      const body = { reason, ...(form.get('asItIs') === 'on' && { asItIs: true }) }
      const options = { params: { path: { voucherId } }, body }
      const { certificate } = await dataOf(api.POST('/admin/v1/campaigns/{voucherId}/settle', options))
      return `Settled: its certificate has ${certificate.size} reservations.`
    },
  }
}

/** The terms that a form changes; a time of the form has whole seconds only. */
function changedTerms(campaign: Campaign, terms: ReturnType<typeof termsOf>): Partial<ReturnType<typeof termsOf>> {
  const isSame = (name: keyof typeof terms) =>
    Math.abs(campaign[name] - terms[name]) < (name.endsWith('At') ? 1_000 : 1)
  return Object.fromEntries(Object.entries(terms).filter(([name]) => !isSame(name as keyof typeof terms)))
}
