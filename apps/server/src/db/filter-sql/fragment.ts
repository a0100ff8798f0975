import type { Statement } from '../pool.ts'

/** A piece of SQL with its parameters. Text comes from our source only; whatever a client said is a parameter. */
export type Fragment = {
  readonly kind: 'fragment'
  readonly texts: readonly string[]
  readonly values: readonly (Parameter | Fragment)[]
}

/** What may stand in a fragment as `$n`. */
export type Parameter = string | number | boolean | Date | null | undefined | readonly string[]

/** A statement whose text depends on the filter: sent without a name, so that it is planned for its values. */
export type BoundStatement = Statement & { readonly values: readonly unknown[] }

/** Template tag: `sql\`a = ${value}\`` makes a parameter of every value and splices every fragment. */
export function sql(texts: TemplateStringsArray, ...values: readonly (Parameter | Fragment)[]): Fragment {
  return { kind: 'fragment', texts, values }
}

/** SQL without parameters that our own source wrote: column names, aliases. Never anything that came from outside. */
export function raw(text: string): Fragment {
  return { kind: 'fragment', texts: [text], values: [] }
}

/** All of them, with a separator between; `otherwise` stands for none. */
export function joinFragments(fragments: readonly Fragment[], separator: string, otherwise: Fragment): Fragment {
  if (fragments.length === 0) return otherwise
  const texts = ['', ...fragments.slice(1).map(() => separator), '']
  return { kind: 'fragment', texts, values: fragments }
}

export const sqlTrue: Fragment = raw('true')
export const sqlFalse: Fragment = raw('false')

/** Numbers the parameters. */
export function toStatement(fragment: Fragment): BoundStatement {
  const texts: string[] = []
  const values: unknown[] = []
  write(fragment, texts, values)
  return { text: texts.join(''), values }
}

function write(fragment: Fragment, texts: string[], values: unknown[]): void {
  for (const [index, text] of fragment.texts.entries()) {
    texts.push(text)
    if (index >= fragment.values.length) continue
    const value = fragment.values[index]
    if (isFragment(value)) write(value, texts, values)
    else texts.push(`$${values.push(value)}`)
  }
}

function isFragment(value: Parameter | Fragment): value is Fragment {
  return typeof value === 'object' && value !== null && 'kind' in value
}
