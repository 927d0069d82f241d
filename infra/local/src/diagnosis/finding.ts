/** The result of one check of this machine. */
export interface Finding {
  readonly subject: string
  /** `failed` keeps the sale from starting; `note` is worth knowing. */
  readonly level: 'ok' | 'note' | 'failed'
  readonly detail: string
  /** The command to type, or null where none is needed. */
  readonly hint: string | null
}

/** All findings; `ok` unless one of them is `failed`. */
export interface Diagnosis {
  readonly ok: boolean
  readonly findings: readonly Finding[]
}
