import type { LaneState, SagaState } from './saga-state.js'

/** The largest size of details, in bytes, that Temporal shows reliably. */
const largestDetails = 16 * 1024

/** A run's state as the Markdown the Temporal Web UI shows. */
export function toDetails(state: SagaState): string {
  const counts = Object.entries(state.counts).map(([word, count]) => `${count} ${word}`)
  const running = Object.entries(state.running).map(([step, count]) => `| ${step} | ${count} |`)
  const lines = [`**${state.saga}** v${state.version}: ${state.lanes} lanes, ${counts.join(', ')}`]
  if (state.cancelRequested) lines.push('', "The run's cancellation was requested.")
  if (running.length > 0) lines.push('', '| step | lanes |', '|---|---|', ...running)
  if (state.notable.length > 0) lines.push('', '| lane | state | why |', '|---|---|---|', ...state.notable.map(toRow))
  return cut(lines.join('\n'))
}

function toRow(lane: LaneState): string {
  const why = lane.parked ?? lane.pending ?? lane.cause
  const reason = why
    ? `${('step' in why && why.step) || ''} ${why.code} ${'message' in why ? (why.message ?? '') : ''}`
    : ''
  return `| ${lane.key} | ${lane.outcome ?? lane.status} | ${reason.replaceAll('|', '/').slice(0, 160)} |`
}

function cut(text: string): string {
  return text.length * 3 <= largestDetails ? text : `${text.slice(0, largestDetails / 3)}\n…`
}
