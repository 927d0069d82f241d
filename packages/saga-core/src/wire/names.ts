/** The widths of the barrier's key columns, in bytes. */
export const keyWidths = { saga: 32, step: 64, lane: 96 } as const

/** Separates a lane's key from its attempt and element in the keys that travel; lane keys and element keys cannot contain it. */
export const keySeparator = '\u001f'

/** The name under which a run's ownership call goes; a definition cannot give it to a step. */
export const ownershipStep = '@own'

/** A lane as the keys of its calls name it. */
interface NamedLane {
  readonly key: string
  /** Raised when the lane starts over. */
  readonly attempt: number
}

/** The number of bytes in which the barrier stores a name (UTF-8). */
export function byteLength(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) as number
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** The key under which a call travels: the lane's own, unless the lane started over or the call is for an element. */
export function travellingKey({ key, attempt }: NamedLane, element?: string): string {
  if (element === undefined && attempt === 1) return key
  return [key, attempt, element ?? ''].join(keySeparator)
}

/** The lane's own key in a key that travels. */
export function laneOfKey(travelling: string): string {
  return travelling.split(keySeparator, 1)[0] as string
}

/** The fault of a key that is too long for the barrier's lane column; `undefined` for a key that fits. */
export function tooLongKey(lane: NamedLane, element?: string): string | undefined {
  const bytes = byteLength(travellingKey(lane, element))
  if (bytes <= keyWidths.lane) return undefined
  const named = [`the key "${lane.key}"`, ...(element === undefined ? [] : [`with its element "${element}"`])].join(' ')
  return `${named} is ${bytes} bytes long, over ${keyWidths.lane}: shorten it`
}

/** The name of a step, or of one element of a list step, in states and reports: `step` or `step[element]`. */
export function partName(step: string, element?: string): string {
  return element === undefined ? step : `${step}[${element}]`
}

/** The step in a name that {@link partName} made. */
export function stepOfName(name: string): string {
  return name.split('[', 1)[0] as string
}
