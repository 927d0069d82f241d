import { useEffect, useState } from 'preact/hooks'
import { ask, Refused } from '../api/ask.js'
import { Card } from '../ui/card.js'
import { firstLanguage } from '../ui/language.js'

/** A campaign as `GET /admin/v1/campaigns` shows it. */
interface Campaign {
  readonly voucherId: number
  readonly title: string
  readonly state: string
}

const language = firstLanguage()
const texts = {
  'zh-CN': { console: '控制台', noAnswer: '服务器没有响应。' },
  en: { console: 'Console', noAnswer: 'The server does not answer.' },
}[language]

/** The operator's console. */
export function Console() {
  const [campaigns, setCampaigns] = useState<readonly Campaign[]>()
  const [fault, setFault] = useState<string>()
  useEffect(() => {
    ask<{ readonly campaigns: readonly Campaign[] }>('/admin/v1/campaigns', language).then(
      (data) => setCampaigns(data.campaigns),
      (error: unknown) => setFault(error instanceof Refused ? error.message : texts.noAnswer),
    )
  }, [])
  return (
    <>
      <header class="bar">
        <strong>{texts.console}</strong>
      </header>
      <main class="cards">
        {fault !== undefined && <p role="alert">{fault}</p>}
        {campaigns?.map(({ voucherId, title, state }) => (
          <Card key={voucherId} title={title}>
            <p class="note">{state}</p>
          </Card>
        ))}
      </main>
    </>
  )
}
