import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Language } from '../ui/language.js'
import type { Purchases } from './purchases/use-purchases.js'
import type { Sales } from './sale/use-sales.js'
import type { Session } from './session/use-session.js'
import type { Texts } from './texts/texts.js'

/** What every part of the shopper's page knows. */
export interface ShopContext {
  readonly language: Language
  readonly texts: Texts
  readonly session: Session
  readonly sales: Sales
  readonly purchases: Purchases
  /** Shows the users to pick from. */
  readonly openSignIn: () => void
}

export const shopContext = createContext<ShopContext | undefined>(undefined)

/** The context of the page. @throws Error outside the page */
export function useShop(): ShopContext {
  const context = useContext(shopContext)
  if (context === undefined) throw new Error('This component is not inside the shopper’s page.')
  return context
}
