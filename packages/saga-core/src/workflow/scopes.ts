import { CancellationScope, CancelledFailure } from '@temporalio/workflow'

/** A scope that no cancellation reaches; `CancellationScope.nonCancellable` makes two more promises. */
export class Shield extends CancellationScope {
  constructor() {
    super({ cancellable: false })
  }

  protected override runInContext<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }
}

/** A scope that its own cancel reaches and no other: where an earlier SDK began a run, the cancel of the run reaches scopes in a shield. */
export class OwnScope extends CancellationScope {
  readonly #own = Promise.withResolvers<never>()

  constructor() {
    super()
    this.#own.promise.catch(() => undefined)
    Object.assign(this, { cancelRequested: this.#own.promise })
  }

  override get consideredCancelled(): boolean {
    return false
  }

  override cancel(): void {
    this.#own.reject(new CancelledFailure('the timer is cancelled'))
  }
}
