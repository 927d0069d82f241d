import type { Router } from 'express'
import { AddressesError, block, liftBlock, listBlocks } from 'seckill-store/mysql'
import type { SaleDatabase } from '../connections.js'
import { answered } from '../http/answered.js'
import { ApiError } from '../http/api-error.js'
import { routes } from '../http/routes.js'
import type { BlockWatch } from '../protection/watch-blocks.js'
import { actorOf } from './actor-of.js'
import { blockOperations } from './block-operations.js'

export interface BlockRouteDependencies {
  readonly db: SaleDatabase
  readonly blocks: Pick<BlockWatch, 'refresh'>
}

/** Routes of the block list; each change is audited, and in force in this process at once. */
export function blockRoutes({ db, blocks }: BlockRouteDependencies): Router {
  return routes(blockOperations)({
    async listBlocks() {
      return { status: 200, data: { blocks: await answered(listBlocks(db)) } }
    },
    async addBlock({ body: { subject, ...change }, response }) {
      const added = await changed(block(db, subject, { ...change, actor: actorOf(response) }))
      await blocks.refresh()
      return { status: 200, data: { block: added } }
    },
    async liftBlock({ body: { subject, reason }, response }) {
      if (!(await changed(liftBlock(db, subject, { reason, actor: actorOf(response) }))))
        throw new ApiError('NOT_FOUND')
      await blocks.refresh()
      return { status: 200, data: { lifted: true } }
    },
  })
}

function changed<T>(change: Promise<T>): Promise<T> {
  return answered(
    change.catch((cause: unknown) => {
      if (!(cause instanceof AddressesError)) throw cause
      const issues = [{ field: 'body.subject.addresses', problem: cause.message }]
      throw new ApiError('INVALID_REQUEST', { data: { issues }, cause })
    }),
  )
}
