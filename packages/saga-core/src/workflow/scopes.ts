import { CancellationScope } from '@temporalio/workflow'

/** A scope that no cancellation reaches; `CancellationScope.nonCancellable` makes two more promises. */
export class Shield extends CancellationScope {
  constructor() {
    super({ cancellable: false })
  }

  protected override runInContext<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }
}
