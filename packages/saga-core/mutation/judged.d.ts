/** A surviving mutant with the reason why it does not matter. */
export interface Judged {
  readonly file: string
  /** The line of the mutated part, as {@link oneLine} returns it. */
  readonly code: string
  /** The mutated part and its replacement. */
  readonly mutation: string
  readonly why: string
}

/** A source line without its indentation, and with one space for any other white space. */
export function oneLine(text: string): string

/** The entries of `judged.json`. */
export function readJudged(): readonly Judged[]

/** The entries whose file or line is not in the sources of the package at `root`, each as a sentence that names it. */
export function staleOf(judged: readonly Judged[], root: string): readonly string[]
