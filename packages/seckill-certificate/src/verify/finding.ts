/** One statement that was checked. */
export interface Finding {
  readonly name: string
  readonly ok: boolean
  /** What was compared. */
  readonly detail: string
  /** The places that are wrong, the first few of them; empty where the statement holds. */
  readonly where: readonly string[]
}

/** Places that a finding names. */
const mostNamed = 10

/** A finding over one comparison. */
export function finding(name: string, ok: boolean, detail: string, where: readonly string[] = []): Finding {
  return { name, ok, detail, where: ok ? [] : where }
}

/** A finding that holds when no place is wrong; it counts the others. */
export function findingOf(name: string, wrong: readonly string[], checked: string): Finding {
  const rest = wrong.length - mostNamed
  const named = rest > 0 ? [...wrong.slice(0, mostNamed), `and ${rest} more`] : wrong
  return { name, ok: wrong.length === 0, detail: `${checked}, ${wrong.length} wrong`, where: named }
}
