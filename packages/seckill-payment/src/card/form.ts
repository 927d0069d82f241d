/** A value of a form: text, a number, or named or numbered values inside. */
export type FormValue = string | number | readonly FormValue[] | { readonly [name: string]: FormValue }

/** Encodes values as a form; inner ones have their names in brackets, as in `line_items[0][quantity]=1`. */
export function formText(values: { readonly [name: string]: FormValue }): string {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) append(form, name, value)
  return form.toString()
}

function append(form: URLSearchParams, name: string, value: FormValue): void {
  if (typeof value !== 'object') form.append(name, String(value))
  else for (const [inner, one] of Object.entries(value)) append(form, `${name}[${inner}]`, one)
}
