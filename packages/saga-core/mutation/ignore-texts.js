/** Names under which texts for people are kept: what an error says, what the Temporal UI shows of a call. */
const texts = new Set(['message', 'summary', 'text', 'remedy', 'rule'])

const isLiteral = (node) => node.type === 'StringLiteral' || node.type === 'TemplateLiteral'

/** True where a node is, or is a part of, the value of a property or constant that is a text for people. */
function isNamedText(path) {
  const { parent, node } = path
  if (parent.type === 'ObjectProperty') return parent.value === node && texts.has(parent.key.name)
  if (parent.type === 'VariableDeclarator') return texts.has(parent.id.name)
  return false
}

/** The text of an error: of `new Error(text)`, of `new SagaError(code, text)`, and of a file's own `fail(what, remedy)`. */
function isErrorText({ parent, node }) {
  if (parent.type === 'NewExpression' && parent.callee.name === 'Error') return true
  if (parent.type === 'NewExpression' && parent.callee.name === 'SagaError') return parent.arguments[1] === node
  return parent.type === 'CallExpression' && parent.callee.name === 'fail'
}

/** A Stryker plugin that leaves texts for people alone. Nothing decides by them; codes, states and keys are mutated. */
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
