import type { FailedSignIn } from '../../ui/failed-sign-in.js'
import type { PurchaseState } from '../purchases/purchase.js'
import type { Standing } from '../sale/campaign.js'

/** What happened, and what to do next. */
interface StateText {
  readonly title: string
  readonly next: string
}

/** The words of the shopper's page; times and amounts come formatted. */
export interface Texts {
  readonly shop: string
  readonly otherLanguage: string
  readonly sales: string
  readonly purchases: string
  readonly inbox: string
  readonly unread: (count: number) => string
  readonly loading: string
  readonly noSales: string
  readonly noPurchases: string
  readonly noMessages: string
  readonly offline: string
  readonly signIn: string
  readonly signOut: string
  readonly signInTitle: string
  readonly signInNote: string
  readonly signInClosed: string
  readonly signInFailed: Readonly<Record<FailedSignIn, string>>
  readonly close: string
  readonly signedInAs: (name: string) => string
  readonly signInFirst: string
  readonly listPrice: (price: string) => string
  readonly left: (remaining: number, total: number) => string
  readonly leftUnknown: string
  readonly limit: (limit: number) => string
  readonly opensIn: string
  readonly opensAt: (time: string) => string
  readonly endsIn: string
  readonly endedAt: (time: string) => string
  readonly buy: string
  readonly buyAgain: string
  readonly buyAnother: string
  readonly asking: string
  readonly unknown: string
  readonly standing: Readonly<Record<Standing, StateText>>
  readonly state: Readonly<Record<PurchaseState, StateText>>
  readonly reasons: Readonly<Record<string, string>>
  readonly unknownReason: (reason: string) => string
  readonly place: (place: number) => string
  readonly wait: (seconds: number, errorSeconds: number) => string
  readonly slower: string
  readonly refunding: (amount: string) => string
  readonly refunded: (amount: string) => string
  readonly quantity: (quantity: number) => string
  readonly boughtAt: (time: string) => string
  readonly pay: string
  readonly payWithin: string
  readonly payBefore: (time: string) => string
  readonly extended: string
  readonly cancel: string
  readonly cancelSure: string
  readonly cancelYes: string
  readonly cancelNo: string
  readonly order: (orderId: string) => string
  readonly trace: (traceId: string) => string
  readonly markRead: string
}
