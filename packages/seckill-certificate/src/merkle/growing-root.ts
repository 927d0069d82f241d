import { createHash } from 'node:crypto'
import { type Hash, nodeHash } from './tree.js'

/** The root of a tree that grows leaf by leaf; it holds a hash a level, not one a leaf. */
export interface GrowingRoot {
  add(leaf: Hash): void
  /** The root over the leaves so far (RFC 6962, 2.1). */
  root(): Hash
}

/** A complete subtree on the left edge: its root and the number of its leaves. */
interface Subtree {
  readonly root: Hash
  readonly leaves: number
}

export function growingRoot(): GrowingRoot {
  const subtrees: Subtree[] = []
  return {
    add(leaf) {
      let grown: Subtree = { root: leaf, leaves: 1 }
      for (let last = subtrees.at(-1); last?.leaves === grown.leaves; last = subtrees.at(-1)) {
        subtrees.pop()
        grown = { root: nodeHash(last.root, grown.root), leaves: last.leaves * 2 }
      }
      subtrees.push(grown)
    },
    root() {
      const [last, ...others] = subtrees.toReversed()
      if (last === undefined) return createHash('sha256').digest()
      return others.reduce((right, left) => nodeHash(left.root, right), last.root)
    },
  }
}
