import { type Hash, type MerkleTree, nodeHash } from './tree.js'

/**
 * The audit path of a leaf (RFC 6962, 2.1.1): the hashes beside its way to the root, from the leaf upwards.
 * @throws {RangeError} when the tree has no such leaf
 */
export function auditPath(tree: MerkleTree, index: number): readonly Hash[] {
  const size = tree[0]?.length ?? 0
  if (!Number.isInteger(index) || index < 0 || index >= size) {
    throw new RangeError(`A tree of ${size} leaves has no leaf ${index}.`)
  }
  const path: Hash[] = []
  let at = index
  for (const level of tree) {
    const sibling = level[at % 2 === 0 ? at + 1 : at - 1]
    if (sibling !== undefined) path.push(sibling)
    at = Math.floor(at / 2)
  }
  return path
}

/** A leaf's hash, its place and its audit path. */
export interface PathClaim {
  readonly leaf: Hash
  readonly index: number
  /** Leaves of the tree. */
  readonly size: number
  readonly path: readonly Hash[]
}

/**
 * The root that an audit path leads to (RFC 9162, 2.1.3.2); `null` when the path is too long or too short for the place, or
 * the tree has no such place.
 */
export function rootFromPath({ leaf, index, size, path }: PathClaim): Hash | null {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size) return null
  let at = index
  let last = size - 1
  let hash = leaf
  for (const sibling of path) {
    if (last === 0) return null
    if (at % 2 === 1 || at === last) {
      hash = nodeHash(sibling, hash)
      // A last node without a neighbour has moved up until it had one.
      while (at % 2 === 0 && at !== 0) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
    } else {
      hash = nodeHash(hash, sibling)
    }
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 ? hash : null
}
