/** The style of the report; colours are those of Okabe and Ito, which colour-blind readers can tell apart. */
export const style = `
:root { color-scheme: light dark; --ground: #fff; --text: #1c1e21; --dim: #5f656d; --edge: #d9dce0; --good: #00734f; --bad: #b3261e;
  --c0: #1c1e21; --c1: #0072b2; --c2: #e69f00; --c3: #009e73; --c4: #cc79a7; --c5: #d55e00; }
@media (prefers-color-scheme: dark) { :root { --ground: #16181b; --text: #e8eaed; --dim: #a0a6ad; --edge: #383c42; --good: #5bd6a3;
  --bad: #ff8a80; --c0: #e8eaed; --c1: #56b4e9; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1rem 4rem; max-width: 60rem; background: var(--ground); color: var(--text); font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.6rem; margin: 0; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .5rem; }
p { margin: .25rem 0; }
.dim, .axis, figcaption + svg text { color: var(--dim); fill: var(--dim); }
.good { color: var(--good); } .bad { color: var(--bad); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; margin: 1.5rem 0; padding: 0; list-style: none; }
.tiles li { border: 1px solid var(--edge); border-radius: .5rem; padding: .6rem .8rem; }
.tiles b { display: block; font-size: 1.4rem; font-variant-numeric: tabular-nums; }
figure { margin: 1rem 0 1.25rem; } figcaption { font-weight: 600; }
svg { width: 100%; height: auto; font-size: 11px; }
.grid { stroke: var(--edge); } .line { fill: none; stroke-width: 2; } .area { fill-opacity: .55; stroke: none; }
.dashed { stroke-dasharray: 6 4; opacity: .8; }
${[0, 1, 2, 3, 4, 5].map((n) => `.line.c${n} { stroke: var(--c${n}); } .area.c${n} { fill: var(--c${n}); } .key.c${n} { border-color: var(--c${n}); }`).join('\n')}
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: .25rem 0 1rem; padding: 0; list-style: none; font-size: .85rem; }
.key { display: inline-block; width: 1.2rem; border-top: 3px solid; margin-right: .4rem; vertical-align: middle; }
.key.dashed { border-top-style: dashed; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--edge); vertical-align: top; }
th { font-weight: 600; } td.number, th.number { text-align: right; }
code { font: .85rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
`
