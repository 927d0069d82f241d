export { createSandboxProvider, type SandboxOptions } from './sandbox-provider.js'
