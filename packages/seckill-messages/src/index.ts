export { type Language, languages } from './languages.js'
export { createRender, type Message, type MessageFacts, type Render } from './render.js'
export { type MessageKind, reasons } from './texts.js'
