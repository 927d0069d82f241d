import { useEffect, useState } from 'preact/hooks'

/** The views of the page, by the fragment of its address. */
export type View = 'sales' | 'purchases' | 'inbox'

export function useView(): View {
  const [view, setView] = useState(viewIn(location.hash))
  useEffect(() => {
    const follow = (): void => setView(viewIn(location.hash))
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])
  return view
}

function viewIn(hash: string): View {
  return hash === '#purchases' || hash === '#inbox' ? (hash.slice(1) as View) : 'sales'
}
