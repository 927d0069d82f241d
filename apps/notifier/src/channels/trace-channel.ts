import { traceOf } from 'seckill-store/gate'
import { type Traces, traceWork } from 'seckill-traces'
import type { Channel } from './channel.js'

/** A channel with a span for each message about a traced purchase that it sends, or fails to send. */
export function traceChannel(channel: Channel, traces: Traces): Channel {
  return {
    ...channel,
    send(message, signal) {
      const { reservationId, kind } = message.notification
      const parent = traceOf(reservationId)
      if (parent === undefined) return channel.send(message, signal)
      const attributes = { 'seckill.notification': message.id, 'seckill.channel': channel.name }
      const span = { name: `notify ${kind} by ${channel.name}`, kind: 'producer', parent, attributes } as const
      return traceWork(traces, span, () => channel.send(message, signal))
    },
  }
}
