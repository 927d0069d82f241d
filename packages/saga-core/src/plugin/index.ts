export type { AnySaga } from './check-sagas.js'
export { SagaPlugin, type SagaPluginOptions } from './saga-plugin.js'
