/** The mark of a node on the path of a lane. */
export type Mark =
  | 'done'
  | 'perhaps'
  | 'running'
  | 'waiting'
  | 'refused'
  | 'failed'
  | 'compensated'
  | 'owed'
  | 'stuck'
  | 'settled'

/** The mark and note of a node. */
export interface Marked {
  readonly mark: Mark
  /** One more line of the node's label. */
  readonly note?: string
}

/** Marks by node id. */
export type Marks = ReadonlyMap<string, Marked>

/** Mermaid styles by mark; `perhaps` is for a step that may be done, which the state does not tell. */
export const styles: Readonly<Record<Mark, string>> = {
  done: 'fill:#d5f5e3,stroke:#1e8449,color:#145a32',
  perhaps: 'fill:#eafaf1,stroke:#1e8449,color:#145a32,stroke-dasharray:4 3',
  running: 'fill:#d6eaf8,stroke:#2471a3,color:#154360',
  waiting: 'fill:#fcf3cf,stroke:#b7950b,color:#7d6608',
  refused: 'fill:#fadbd8,stroke:#b03a2e,color:#78281f',
  failed: 'fill:#fae5d3,stroke:#ba4a00,color:#6e2c00',
  compensated: 'fill:#e8daef,stroke:#76448a,color:#4a235a',
  owed: 'fill:#ffffff,stroke:#76448a,color:#4a235a,stroke-dasharray:4 3',
  stuck: 'fill:#b03a2e,stroke:#641e16,color:#ffffff',
  settled: 'fill:#eaeded,stroke:#616a6b,color:#424949',
}

/** Ids of nodes: steps and compensations by their position, so that no name is read as syntax. */
export const nodeIds = {
  start: 'begin',
  completed: 'completed',
  undone: 'undone',
  parked: 'parked',
  step: (at: number) => `s${at}`,
  undo: (at: number) => `c${at}`,
} as const
