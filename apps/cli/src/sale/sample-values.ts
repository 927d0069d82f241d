/** The values of the samples whose name and labels begin with `series`, in the text format of Prometheus. */
export function sampleValues(text: string, series: string): readonly number[] {
  return text.split('\n').flatMap((line) => {
    const rest = line.startsWith(series) ? line.slice(series.length) : undefined
    return rest !== undefined && /^[ {]/.test(rest) ? [Number(line.slice(line.lastIndexOf(' ') + 1))] : []
  })
}
