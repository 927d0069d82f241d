// Exit code 0 when the process that listens on the port of its environment answers /health.
const { HEALTH_PORT, PORT } = process.env
const answer = await fetch(`http://127.0.0.1:${HEALTH_PORT ?? PORT}/health`, { signal: AbortSignal.timeout(4_000) })
if (!answer.ok) throw new Error(`/health answered ${answer.status}`)
