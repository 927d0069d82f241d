import { Cluster, type ClusterNode, type ClusterOptions } from 'ioredis'
import { retryDelay } from './retry-delay.js'

/**
 * A client of a Redis Cluster whose calls fail while no node answers; ioredis itself would keep them for as long. The client connects again
 * until it is disconnected.
 */
export class GateCluster extends Cluster {
  #isClosed = false

  constructor(nodes: ClusterNode[], redisOptions: Omit<NonNullable<ClusterOptions['redisOptions']>, 'replyMapping'>) {
    super(nodes, {
      redisOptions,
      // A call that may have reached its node fails with the connection; what a node refused to run (MOVED, ASK, CLUSTERDOWN) is sent again.
      retryDelayOnFailover: 0,
      // `null` makes ioredis fail the calls that wait.
      clusterRetryStrategy: (attempt) => {
        setTimeout(() => this.#connectAgain(), retryDelay(attempt))
        return null
      },
    })
  }

  #connectAgain(): void {
    // Rejected where it is connected, and where no node answers: the strategy is then asked again.
    if (!this.#isClosed) this.connect().catch(() => undefined)
  }

  override disconnect(reconnect = false): void {
    if (!reconnect) this.#isClosed = true
    super.disconnect(reconnect)
  }
}
