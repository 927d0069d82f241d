import fc from 'fast-check'
import type { Reach } from './recovery-process.js'
import { anyVerb, type Command, command, type Model, number, started, who } from './recovery-verbs.js'
import type { World } from './recovery-world.js'

/** A sweep makes about ten calls of Redis and MySQL, a rebuild about twenty. */
const calls = fc.oneof(fc.nat({ max: 12 }), fc.nat({ max: 24 }))
const reach = fc.option(fc.record({ calls, dies: fc.boolean() }), { nil: undefined })
/** Changes that a loss takes back: often the last ones only, of which a reopening has to notice the absence. */
const lost = fc.constantFrom(1, 1, 1, 2, 2, 3, 7, 'all' as const, 'all' as const)

function said(reached: Reach | undefined): string {
  return reached === undefined ? 'to its end' : `${reached.dies ? 'dies' : 'is held up'} after ${reached.calls} calls`
}

async function loseWrites(model: Model, world: World, count: number | 'all'): Promise<void> {
  model.losses += 1
  await world.lose(count)
}

/** A recovery, for which the lease of another one may have passed. */
const recover = fc.tuple(who, reach, fc.boolean()).map(([at, reached, passes]) =>
  command(`recover(${at}, ${said(reached)}${passes ? ', lease passed' : ''})`, async (_model, world) => {
    if (passes) await world.passLease()
    await world.recover(world.processes[at], reached)
  }),
)

const goOn = fc
  .tuple(number, reach)
  .map(([pick, reached]) => command(`goOn(${pick}, ${said(reached)})`, (_model, world) => world.goOn(pick, reached)))

const lose = lost.map((count) => command(`lose(${count})`, (model, world) => loseWrites(model, world, count)))

/** A loss that is noticed at once. */
const restart = fc.tuple(lost, who, reach).map(([count, at, reached]) =>
  command(`restart(${count}, ${at}, ${said(reached)})`, async (model, world) => {
    await loseWrites(model, world, count)
    await world.recover(world.processes[at], reached)
  }),
)

/** Verbs between the calls of a recovery, which a loss may have made necessary. */
const meanwhile = fc
  .tuple(
    who,
    calls,
    fc.option(lost, { nil: undefined }),
    fc.array(fc.tuple(fc.oneof(anyVerb, started), fc.nat({ max: 3 })), { minLength: 1, maxLength: 5 }),
  )
  .map(([at, first, count, verbs]) => {
    const said = verbs.map(([one, more]) => `${one[fc.toStringMethod]()}, ${more} calls`)
    const before = count === undefined ? '' : `lose(${count}), `
    return command(`${before}recover(${at}, ${[`${first} calls`, ...said].join(', ')})`, async (model, world) => {
      if (count !== undefined) await loseWrites(model, world, count)
      await world.passLease()
      await world.recover(world.processes[at], { calls: first, dies: false })
      for (const [one, more] of verbs) {
        await one.run(model, world)
        await world.goOn(0, { calls: more, dies: false })
      }
      await world.goOnToTheEnd()
    })
  })

/** Anything that may happen to the gate, and the ways out of it. */
export const disaster: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: recover },
  { weight: 2, arbitrary: goOn },
  { weight: 2, arbitrary: lose },
  { weight: 3, arbitrary: restart },
  { weight: 3, arbitrary: meanwhile },
)
