import './card.css'
import type { ComponentChildren } from 'preact'

/** One thing with a heading; `title` is shown as text, whatever it holds. */
export function Card({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <article class="card">
      <h2 dir="auto">{title}</h2>
      {children}
    </article>
  )
}
