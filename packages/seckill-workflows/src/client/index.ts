export { countRuns } from './count-runs.js'
