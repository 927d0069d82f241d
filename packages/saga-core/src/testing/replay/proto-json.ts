/** A protobuf message as JSON, in one of its two forms. */
type Tree = { readonly [field: string]: unknown }

/** The names of fields that are timestamps and durations. */
const timed = /(Time|Timeout|Interval|Backoff|Delay|Duration|Cooldown)$/

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * From the form in which protobufjs writes a message (`{ seconds, nanos }`) to the one of all other Temporal tools (`2026-01-01T…Z`,
 * `10s`). Temporal's own conversion (`historyToJSON`) fails where npm installs more than one copy of protobufjs.
 */
export function toProtoJson(value: unknown): unknown {
  return mapTree(value, (field, one) => {
    if (!timed.test(field) || !isTree(one)) return toProtoJson(one)
    const { seconds = 0, nanos = 0 } = one as { readonly seconds?: string | number; readonly nanos?: number }
    const fraction = nanos === 0 ? '' : `.${String(nanos).padStart(9, '0')}`
    if (!field.endsWith('Time')) return `${seconds}${fraction}s`
    return new Date(Number(seconds) * 1000).toISOString().replace('.000Z', `${fraction}Z`)
  })
}

/** From the JSON of all other tools to the form that `fromObject` of a protobufjs message takes. */
export function fromProtoJson(value: unknown): unknown {
  return mapTree(value, (field, one) => {
    if (!timed.test(field) || typeof one !== 'string') return fromProtoJson(one)
    const [, whole = '', fraction = ''] = /^(.*?)(?:\.(\d+))?[sZ]$/.exec(one) ?? []
    const seconds = field.endsWith('Time') ? Date.parse(`${whole}Z`) / 1000 : Number(whole)
    if (whole === '' || Number.isNaN(seconds))
      throw new Error(
        `The field "${field}" of the history holds "${one}", which is not a time. Record the history again.`,
      )
    return { seconds: String(seconds), nanos: Number(fraction.padEnd(9, '0')) }
  })
}

function mapTree(value: unknown, of: (field: string, value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((one) => mapTree(one, of))
  if (!isTree(value)) return value
  return Object.fromEntries(Object.entries(value).map(([field, one]) => [field, of(field, one)]))
}
