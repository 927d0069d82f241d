import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { findServer } from '../discovery/executable.js'
import { waitUntil } from '../processes/wait-until.js'
import { missingServer } from '../services/missing-server.js'
import { redisServer } from '../services/redis.js'
import type { Environment } from '../stack.js'
import { StackError } from '../stack-error.js'
import { type ClusterNode, startClusterNode } from './cluster-node.js'

/** A Redis Cluster of three masters with a replica each, on free ports; it ends with this process. */
export interface RedisCluster {
  /** All nodes, with commas between them, as `REDIS_URL` takes them. */
  readonly url: string
  readonly nodes: readonly ClusterNode[]
  /** The nodes that are masters with slots and answer, as they say themselves. */
  masters(): Promise<readonly ClusterNode[]>
  /** The master that has the slot of a key. @throws StackError when none answers for it */
  masterOf(key: string): Promise<ClusterNode>
  /** Kills the master of a key, and resolves with the replica that took its place. @throws StackError when none did in time */
  failOver(key: string): Promise<ClusterNode>
  /** The replicas of a key's master get nothing more of it, and may still take its place: what it is told from now on is lost with it. */
  cutOffReplicas(key: string): Promise<void>
  stop(): Promise<void>
}

const masterCount = 3
const slotCount = 16_384
const setUpTimeoutMs = 60_000
const failoverTimeoutMs = 60_000

export interface RedisClusterOptions {
  /** The directory of data and logs. */
  readonly dir: string
  readonly env?: Environment
}

/** Starts the servers and joins them. @throws StackError when there is no redis-server, or one older than 7 */
export async function startRedisCluster({ dir, env = process.env }: RedisClusterOptions): Promise<RedisCluster> {
  const binary = findServer(['redis-server', 'valkey-server'], env)
  if (binary === undefined) throw missingServer(redisServer.title, redisServer.install, redisServer.variable)
  const password = randomBytes(24).toString('base64url')
  const nodes: ClusterNode[] = []
  const stop = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.stop()))
  }
  try {
    for (let at = 0; at < 2 * masterCount; at++) {
      nodes.push(await startClusterNode({ binary, password, dir: join(dir, `node-${at + 1}`) }))
    }
    await joinNodes(nodes)
  } catch (error) {
    await stop()
    throw error
  }
  return { ...clusterOf(nodes), stop }
}

function clusterOf(nodes: readonly ClusterNode[]): Omit<RedisCluster, 'stop'> {
  const masters = async () => {
    const roles = await Promise.all(nodes.map(async (node) => ({ node, slots: await ownSlots(node) })))
    return roles.filter(({ slots }) => slots.length > 0).map(({ node }) => node)
  }
  const findMaster = async (key: string) => {
    for (const node of nodes) {
      const slot = await node.send('CLUSTER', 'KEYSLOT', key).then(Number, () => undefined)
      if (slot !== undefined && (await ownSlots(node)).some(([first, last]) => first <= slot && slot <= last))
        return node
    }
    return undefined
  }
  return {
    url: nodes.map((node) => node.url).join(),
    nodes,
    masters,
    masterOf: async (key) => (await findMaster(key)) ?? failed(`No master answers for the key ${key}.`),
    cutOffReplicas: async (key) => {
      const master = (await findMaster(key)) ?? failed(`No master answers for the key ${key}.`)
      for (const node of nodes) {
        const [role, , port] = (await node.send('ROLE')) as readonly unknown[]
        if (role === 'slave' && Number(port) === master.port)
          await node.send('CONFIG', 'SET', 'masterauth', 'not this one')
      }
      await master.send('CLIENT', 'KILL', 'TYPE', 'replica')
    },
    failOver: async (key) => {
      const master = (await findMaster(key)) ?? failed(`No master answers for the key ${key}.`)
      await master.kill()
      let promoted: ClusterNode | undefined
      const took = async () => {
        promoted = await findMaster(key)
        return promoted !== undefined
      }
      await waitUntil(took, { timeoutMs: failoverTimeoutMs })
      return promoted ?? failed(`No replica took the place of the master on port ${master.port}.`)
    },
  }
}

/** The slots that a node serves as their master, by what it says itself; none when it does not answer. */
async function ownSlots(node: ClusterNode): Promise<readonly (readonly [first: number, last: number])[]> {
  const text = await node.send('CLUSTER', 'NODES').then(String, () => '')
  const own = text.split('\n').find((line) => line.includes('myself,master')) ?? ''
  const ranges = own
    .split(' ')
    .slice(8)
    .filter((part) => /^\d/.test(part))
  return ranges.map((range) => {
    const [first = '', last = first] = range.split('-')
    return [Number(first), Number(last)]
  })
}

/** Gives the first nodes the slots, makes all known to each other, and the others their replicas. */
async function joinNodes(nodes: readonly ClusterNode[]): Promise<void> {
  const [first] = nodes
  if (first === undefined) return
  for (const [at, node] of nodes.slice(0, masterCount).entries()) {
    const [from, to] = [at, at + 1].map((part) => Math.floor((part * slotCount) / masterCount))
    await node.send('CLUSTER', 'ADDSLOTSRANGE', from ?? 0, (to ?? 0) - 1)
  }
  for (const [at, node] of nodes.entries()) {
    // Two nodes of one epoch would have to settle it between them first.
    await node.send('CLUSTER', 'SET-CONFIG-EPOCH', at + 1)
    await node.send('CLUSTER', 'MEET', '127.0.0.1', first.port, first.busPort)
  }
  await until('knew each other', () =>
    every(nodes, async (node) => (await info(node, 'CLUSTER', 'INFO')).includes(`cluster_known_nodes:${nodes.length}`)),
  )
  for (const [at, node] of nodes.slice(masterCount).entries()) {
    const master = String(await nodes[at]?.send('CLUSTER', 'MYID'))
    await until('took their masters', () =>
      node.send('CLUSTER', 'REPLICATE', master).then(
        () => true,
        () => false,
      ),
    )
  }
  const isWhole = async (node: ClusterNode, at: number) =>
    (await info(node, 'CLUSTER', 'INFO')).includes('cluster_state:ok') &&
    (at < masterCount || (await info(node, 'INFO', 'replication')).includes('master_link_status:up'))
  await until('were whole', () => every(nodes, isWhole))
}

function info(node: ClusterNode, ...command: readonly [string, string]): Promise<string> {
  return node.send(...command).then(String, () => '')
}

async function every(
  nodes: readonly ClusterNode[],
  holds: (node: ClusterNode, at: number) => Promise<boolean>,
): Promise<boolean> {
  return (await Promise.all(nodes.map(holds))).every(Boolean)
}

async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
  if (await waitUntil(condition, { timeoutMs: setUpTimeoutMs })) return
  failed(`The nodes of the Redis Cluster never ${what}.`)
}

function failed(message: string): never {
  throw new StackError('START_FAILED', message, 'The logs of its nodes say why.')
}
