export { countRuns, type RunCount } from './count-runs.js'
