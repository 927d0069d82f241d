export { type Sandbox, type SandboxStart, startSandbox } from './sandbox.js'
