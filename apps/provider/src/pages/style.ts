/** The style of the pages: system colours in light and dark, and a contrast of at least 4.5 for every text. */
export const style = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; --quiet: color-mix(in srgb, CanvasText 70%, Canvas); --line: color-mix(in srgb, CanvasText 45%, Canvas); }
body { margin: 0; min-height: 100vh; min-height: 100dvh; display: flex; background: Canvas; color: CanvasText; }
main { box-sizing: border-box; width: 100%; max-width: 26rem; margin: auto; padding: 1.5rem 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.125rem; font-weight: 600; margin: 1rem 0 0; }
.sandbox { display: inline-block; margin: 0; padding: .125rem .625rem; border: 1px dashed var(--line); border-radius: 1rem; font-size: .875rem; }
.amount { font-size: clamp(1.5rem, 9vw, 2.25rem); font-weight: 700; line-height: 1.25; margin: .25rem 0 1rem; font-variant-numeric: tabular-nums; }
.state { font-weight: 600; margin: 1rem 0; }
.failed, .captured, .partlyRefunded, .refunded { border-left: 4px solid #1b7f3b; padding-left: .75rem; }
.failed { border-color: #b3261e; }
button, .link { box-sizing: border-box; display: block; width: 100%; min-height: 3rem; padding: .7rem; margin: .5rem 0; border: 1px solid var(--line); border-radius: .5rem; background: none; color: inherit; font: inherit; text-align: center; text-decoration: none; cursor: pointer; }
.main { background: #0b57d0; border-color: #0b57d0; color: #fff; font-weight: 600; }
button:hover, .link:hover { border-color: CanvasText; }
button:focus-visible, .link:focus-visible { outline: 3px solid light-dark(#0b57d0, #7cacf8); outline-offset: 2px; }
.note { color: var(--quiet); font-size: .875rem; margin: .75rem 0 0; }
`
