export { SagaPlugin, type SagaPluginOptions } from './saga-plugin.js'
