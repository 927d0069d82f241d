import { useEffect, useState } from 'preact/hooks'
import { ask } from '../api/ask.js'
import { Card } from '../ui/card.js'
import { moneyText } from '../ui/format.js'
import { browserLanguage } from '../ui/language.js'
import type { Campaign } from './campaign.js'
import { textsOf } from './texts.js'

const language = browserLanguage()
const texts = textsOf[language]

/** The shopper's page. */
export function Shop() {
  const [campaigns, setCampaigns] = useState<readonly Campaign[]>()
  const [fault, setFault] = useState<string>()
  useEffect(() => {
    ask<{ readonly vouchers: readonly Campaign[] }>('/api/v1/vouchers', language).then(
      ({ vouchers }) => setCampaigns(vouchers),
      () => setFault(texts.noAnswer),
    )
  }, [])
  return (
    <>
      <header class="bar">
        <strong>{texts.shop}</strong>
      </header>
      <main class="cards">
        {fault !== undefined && <p role="alert">{fault}</p>}
        {campaigns?.map((campaign) => (
          <Card key={campaign.voucherId} title={campaign.title}>
            <p>{moneyText(campaign.priceMinor, campaign.currency, language)}</p>
            <p class="note">{texts.remaining(campaign.remaining, campaign.total)}</p>
          </Card>
        ))}
      </main>
    </>
  )
}
