import { useEffect, useState } from 'preact/hooks'

/** The pages of the console, by the first part of the address behind `#/`. */
export const pages = {
  live: 'Live',
  campaigns: 'Campaigns',
  vouchers: 'Vouchers',
  purchases: 'Purchases',
  orders: 'Orders',
  parked: 'Parked',
  notifications: 'Notifications',
  letters: 'Dead letters',
  payments: 'Payments',
  reconcile: 'Reconcile',
  audit: 'Audit',
} as const
export type PageName = keyof typeof pages

/** A place in the console: a page, and the thing on it. */
export interface Place {
  readonly page: PageName
  /** The decoded second part of the address. */
  readonly thing: string | undefined
}

/** Reads a place from an address behind the `#`; what names none is the first page. */
export function placeOf(hash: string): Place {
  const [page = '', thing = ''] = hash.replace(/^#\/?/, '').split('/')
  return { page: page in pages ? (page as PageName) : 'live', thing: thing === '' ? undefined : decoded(thing) }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The address of a place. */
export function hrefOf(page: PageName, thing?: string | number): string {
  return thing === undefined ? `#/${page}` : `#/${page}/${encodeURIComponent(thing)}`
}

/** The place that the address bar names. */
export function usePlace(): Place {
  const [hash, setHash] = useState(location.hash)
  useEffect(() => {
    const follow = () => setHash(location.hash)
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return placeOf(hash)
}
