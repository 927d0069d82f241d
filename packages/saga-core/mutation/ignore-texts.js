/** Names of properties and constants with texts for people: messages of errors, summaries in the Temporal UI. */
const texts = new Set(['message', 'summary', 'text', 'remedy', 'rule'])

function isLiteral(node) {
  return node.type === 'StringLiteral' || node.type === 'TemplateLiteral'
}

/** Reports whether a node is the value of a property or constant with a text for people. */
function isNamedText(path) {
  const { parent, node } = path
  if (parent.type === 'ObjectProperty') return parent.value === node && texts.has(parent.key.name)
  if (parent.type === 'VariableDeclarator') return texts.has(parent.id.name)
  return false
}

/** Reports whether a node is an error's text, in `new Error(text)`, `new SagaError(code, text)` or `fail(what, remedy)`. */
function isErrorText({ parent, node }) {
  if (parent.type === 'NewExpression' && parent.callee.name === 'Error') return true
  if (parent.type === 'NewExpression' && parent.callee.name === 'SagaError') return parent.arguments[1] === node
  return parent.type === 'CallExpression' && parent.callee.name === 'fail'
}

/** A Stryker plugin that leaves out texts for people, by which no code decides; codes, states and keys are mutated. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'texts',
    value: {
      shouldIgnore: (path) =>
        isLiteral(path.node) && (isNamedText(path) || isErrorText(path)) ? 'a text for people' : undefined,
    },
  },
]
