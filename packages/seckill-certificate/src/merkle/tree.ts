import { createHash } from 'node:crypto'

/** A SHA-256 hash. */
export type Hash = Uint8Array

/** All levels of a tree: the hashes of the leaves first, the root alone last. */
export type MerkleTree = readonly (readonly Hash[])[]

/** Bytes of one hash. */
export const hashBytes = 32

const leafPrefix = Uint8Array.of(0x00)
const nodePrefix = Uint8Array.of(0x01)

/** The hash of a leaf (RFC 6962, 2.1): another prefix than a node's, so that no node passes for a leaf. */
export function leafHash(leaf: string | Uint8Array): Hash {
  return createHash('sha256').update(leafPrefix).update(leaf).digest()
}

/** The hash of a node over its two children (RFC 6962, 2.1). */
export function nodeHash(left: Hash, right: Hash): Hash {
  return createHash('sha256').update(nodePrefix).update(left).update(right).digest()
}

/**
 * Builds the tree of RFC 6962 over the hashes of leaves. A last hash without a neighbour moves up as it is, which gives the
 * same tree as splitting at the largest power of two below the size.
 */
export function merkleTree(leaves: readonly Hash[]): MerkleTree {
  const levels = [leaves]
  for (let level = leaves; level.length > 1; levels.push(level)) level = levelAbove(level)
  return levels
}

/** The root of a tree; that of an empty one is the hash of no bytes. */
export function rootOf(tree: MerkleTree): Hash {
  return tree.at(-1)?.[0] ?? createHash('sha256').digest()
}

function levelAbove(level: readonly Hash[]): readonly Hash[] {
  const above: Hash[] = []
  for (let at = 0; at < level.length; at += 2) {
    const [left, right] = [level[at] as Hash, level[at + 1]]
    above.push(right === undefined ? left : nodeHash(left, right))
  }
  return above
}
