import { CancellationScope, type WorkflowOutboundCallsInterceptor } from '@temporalio/workflow'
import { getActivator } from '@temporalio/workflow/lib/global-attributes.js'

/**
 * A scope that makes no promise of its own. Promises are dear, and a replay delivers the answers of several local activities in the order in
 * which their promises settle, so that calls with and without a scope must have equally many.
 */
class Scope extends CancellationScope {
  protected override runInContext<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }
}

/** A scope that no cancellation reaches. */
export class Shield extends Scope {
  constructor() {
    super({ cancellable: false })
  }
}

/** The scope of a call that may be called off. Its cancellation ends the pause between two attempts of a local activity, but no attempt. */
export class OpenCall extends Scope {
  constructor() {
    super()
    const { outbound } = getActivator().interceptors
    if (!outbound.includes(shieldAttempts)) outbound.push(shieldAttempts)
  }
}

/**
 * A local activity that ends as it is cancelled fails its workflow task, for ever (temporalio/sdk-rust#705). The interceptor is registered
 * here, since a bundle can be built without those of a worker's options.
 */
const shieldAttempts: WorkflowOutboundCallsInterceptor = {
  scheduleLocalActivity: (input, next) =>
    CancellationScope.current() instanceof OpenCall ? new Shield().run(() => next(input)) : next(input),
}
