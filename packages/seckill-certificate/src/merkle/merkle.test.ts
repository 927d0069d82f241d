import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { growingRoot } from './growing-root.js'
import { auditPath, rootFromPath } from './path.js'
import { leafHash, merkleTree, rootOf } from './tree.js'

/** RFC 6962, 2.1, word for word: MTH over the leaves themselves, split at the largest power of two below their number. */
function mth(leaves: readonly Buffer[]): Buffer {
  const sha256 = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
  if (leaves.length === 0) return sha256()
  if (leaves.length === 1) return sha256(Buffer.of(0), leaves[0] ?? Buffer.of())
  const k = splitOf(leaves.length)
  return sha256(Buffer.of(1), mth(leaves.slice(0, k)), mth(leaves.slice(k)))
}

/** RFC 6962, 2.1.1: PATH(m, D[n]). */
function path(m: number, leaves: readonly Buffer[]): readonly Buffer[] {
  if (leaves.length <= 1) return []
  const k = splitOf(leaves.length)
  return m < k
    ? [...path(m, leaves.slice(0, k)), mth(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), mth(leaves.slice(0, k))]
}

function splitOf(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

const sizes = Array.from({ length: 71 }, (_, size) => size)
const leavesOf = (size: number) => Array.from({ length: size }, (_, at) => Buffer.from(`leaf ${at}`))
const treeOver = (leaves: readonly Buffer[]) => merkleTree(leaves.map(leafHash))

describe('the tree', () => {
  it.each(sizes)('of %i leaves has the root and the audit paths of RFC 6962', (size) => {
    const leaves = leavesOf(size)
    const tree = treeOver(leaves)
    expect(rootOf(tree)).toEqual(mth(leaves))
    const growing = growingRoot()
    for (const leaf of leaves) growing.add(leafHash(leaf))
    expect(growing.root()).toEqual(mth(leaves))
    for (let at = 0; at < size; at++) expect(auditPath(tree, at)).toEqual(path(at, leaves))
  })

  it('has the roots that Certificate Transparency publishes for its example leaves', () => {
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    const roots = [
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ]
    const leaves = inputs.map((hex) => Buffer.from(hex, 'hex'))
    const computed = roots.map((_, size) => Buffer.from(rootOf(treeOver(leaves.slice(0, size)))).toString('hex'))
    expect(computed).toEqual(roots)
  })

  it('does not take a node for a leaf', () => {
    const [one, two] = [leafHash('one'), leafHash('two')]
    expect(leafHash(Buffer.concat([one, two]))).not.toEqual(rootOf(merkleTree([one, two])))
  })
})

describe('an audit path', () => {
  const place = fc.integer({ min: 1, max: 70 }).chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1)))

  it.each(sizes.slice(1))('of %i leaves leads from each leaf to the root', (size) => {
    const tree = treeOver(leavesOf(size))
    for (const [index, leaf] of (tree[0] ?? []).entries()) {
      expect(rootFromPath({ leaf, index, size, path: auditPath(tree, index) })).toEqual(rootOf(tree))
    }
  })

  it('leads from no other leaf, and from no other place, to the root', () => {
    fc.assert(
      fc.property(place, fc.nat(80), ([size, index], other) => {
        fc.pre(other !== index)
        const tree = treeOver(leavesOf(size))
        const claim = { leaf: tree[0]?.[index] ?? Buffer.of(), index, size, path: auditPath(tree, index) }
        expect(rootFromPath({ ...claim, leaf: leafHash(`leaf ${other}`) })).not.toEqual(rootOf(tree))
        expect(rootFromPath({ ...claim, index: other })).not.toEqual(rootOf(tree))
      }),
    )
  })

  it('leads nowhere when a hash is missing, over, or changed', () => {
    fc.assert(
      fc.property(place, fc.nat(), fc.integer({ min: 1, max: 255 }), ([size, index], at, change) => {
        const tree = treeOver(leavesOf(size))
        const path = auditPath(tree, index)
        const claim = { leaf: tree[0]?.[index] ?? Buffer.of(), index, size }
        expect(rootFromPath({ ...claim, path: [...path, leafHash('over')] })).toBeNull()
        if (path.length === 0) return
        expect(rootFromPath({ ...claim, path: path.slice(1) })).toBeNull()
        const changed = path.map((hash) => Buffer.from(hash))
        const hash = changed[at % changed.length]
        if (hash !== undefined) hash[at % hash.length] = (hash[at % hash.length] ?? 0) ^ change
        expect(rootFromPath({ ...claim, path: changed })).not.toEqual(rootOf(tree))
      }),
    )
  })

  it.each([-1, 3, 0.5, Number.NaN])('has no leaf %d among three', (index) => {
    const tree = treeOver(leavesOf(3))
    expect(() => auditPath(tree, index)).toThrow(RangeError)
    expect(rootFromPath({ leaf: leafHash('leaf 0'), index, size: 3, path: [] })).toBeNull()
  })
})
