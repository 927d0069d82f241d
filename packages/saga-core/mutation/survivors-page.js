function code(text) {
  return `\`${text.replaceAll('|', '\\|').replaceAll('`', "'")}\``
}

/** The Markdown page of scores and judged survivors. */
export function toMarkdown(scores, survivors, date) {
  const rows = scores.map(
    ({ folder, mutants, killed, timedOut, survived, score }) =>
      `| ${folder} | ${mutants} | ${killed} | ${timedOut} | ${survived} | ${score.toFixed(1)} % |`,
  )
  const files = [...Map.groupBy(survivors, ({ file }) => file)]
  return `# Mutation testing: scores and survivors

Made by \`npm run mutation -w packages/saga-core\` on ${date}; do not edit. Each mutant is a small change of the code; it is killed
when a test fails, or when it never ends. Texts for people are left out (\`ignore-texts.js\`). A survivor is listed with the reason
why it does not matter, from \`judged.json\`; **not judged** is work to do.

| folder | mutants | killed | never ended | survived | score |
|---|---:|---:|---:|---:|---:|
${rows.join('\n')}

${files.map(section).join('\n\n')}
`
}

function section([file, survivors]) {
  const groups = [...Map.groupBy(survivors, ({ why }) => why)]
  const lines = groups.map(([why, some]) => {
    const list = some.map(({ line, mutation }) => `  - ${line}: ${code(mutation)}`)
    return [`- ${why ?? '**not judged**'}`, ...list].join('\n')
  })
  return `## ${file}\n\n${lines.join('\n')}`
}
