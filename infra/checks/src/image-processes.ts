import { type ChildProcess, spawn } from 'node:child_process'
import { execa } from 'execa'
import { inRepository } from './repository.js'

/** Builds an image for each target, as root and without an engine. */
export async function buildImages(targets: readonly string[]): Promise<void> {
  await execa(inRepository('infra', 'docker', 'build-images'), targets, { stdin: 'ignore' })
}

function imageOf(target: string): string {
  return `localhost/seckill-check/${target}`
}

/** The configuration of a built image. */
interface ImageConfig {
  readonly User: string
  readonly Env: readonly string[]
  readonly Cmd: readonly string[]
  readonly Healthcheck?: { readonly Test: readonly string[] }
}

/** The root of an image, mounted, and what it says of itself. */
export interface MountedImage {
  readonly root: string
  readonly config: ImageConfig
  unmount(): Promise<void>
}

/** Mounts the root of an image. */
export async function mountImage(target: string): Promise<MountedImage> {
  const { stdout: container } = await execa('buildah', ['from', '--pull-never', imageOf(target)])
  const { stdout: root } = await execa('buildah', ['mount', container])
  const { stdout } = await execa('buildah', ['inspect', '--type', 'image', imageOf(target)])
  const { Docker } = JSON.parse(stdout) as { readonly Docker: { readonly config: ImageConfig } }
  return {
    root,
    config: Docker.config,
    async unmount() {
      await execa('buildah', ['rm', container])
    },
  }
}

/**
 * In mounts of its own: the image's root read-only, a /tmp in memory, a folder for the image's data, /dev and /proc of this machine;
 * there the command, as the user 10001.
 */
const confine = `
root=$1; data=$2; shift 2
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t tmpfs tmpfs "$root/tmp"
mount --bind "$data" "$root/var/lib/seckill"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot --userspec=10001:10001 "$root" /usr/bin/env -i -C /app "$@"
`

/** Starts a command of an image as a process of this machine, on its network. */
export function spawnInImage(
  { root, config }: MountedImage,
  data: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcess {
  const variables = [...config.Env, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)]
  return spawn(
    'unshare',
    ['--mount', '--propagation', 'private', 'sh', '-ec', confine, 'sh', root, data, ...variables, ...command],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH },
    },
  )
}
