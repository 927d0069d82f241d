export { type CardOptions, createCardProvider } from './card-provider.js'
