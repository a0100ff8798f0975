import {
  checkMapping,
  ExpressionError,
  listAttributes,
  parseExpression,
  type Schema,
  type SchemaAttribute,
} from '@rollcall/expressions'

/** Something that an expression has wrong, or that is probably not meant. */
export type Problem = {
  readonly from: number
  readonly to: number
  readonly severity: 'error' | 'warning'
  readonly message: string
  /** What was probably meant, in the place of what stands from `from` to `to`. */
  readonly replacement?: string
}

export type InspectOptions = {
  /** What can be read. Left out: any name is taken. */
  readonly source?: Schema | undefined
  /** Where the value goes. */
  readonly target?: SchemaAttribute | undefined
  readonly apply?: 'always' | 'onCreate'
}

/** Everything that can be said about an expression while it is written; the parser is the server's. */
export function inspectExpression(
  text: string,
  { source, target, apply = 'always' }: InspectOptions,
): readonly Problem[] {
  if (text.trim() === '') return []
  try {
    const expression = parseExpression(text, { ignoresCase: true })
    if (source === undefined) return []
    const name = target?.name ?? ''
    const findings = checkMapping(
      { target: name, expression, apply },
      { source: withUsed(source, text), target: target === undefined ? [] : [target] },
    )
    return findings
      .filter(({ rule }) => target !== undefined || rule !== 'E-TARGET')
      .map(({ severity, message, position, suggestion }) =>
        toProblem(text, { severity, message, position, suggestion: severity === 'warning' ? suggestion : undefined }),
      )
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error
    return [toProblem(text, { severity: 'error', ...pick(error) })]
  }
}

/** The attributes that an expression reads; none of one that cannot be parsed. */
export function listRead(text: string): readonly string[] {
  try {
    return listAttributes(parseExpression(text, { ignoresCase: true })).map(({ name }) => name)
  } catch (error) {
    if (error instanceof ExpressionError) return []
    throw error
  }
}

/** Names are known in any case; the check compares them exactly. */
function withUsed(source: Schema, text: string): Schema {
  const byKey = new Map(source.map((attribute) => [attribute.name.toLowerCase(), attribute]))
  const used = listRead(text).flatMap((name) => {
    const known = byKey.get(name.toLowerCase())
    return known === undefined || known.name === name ? [] : [{ ...known, name }]
  })
  return [...source, ...used]
}

function pick({ message, position, suggestion }: ExpressionError) {
  return { message, position, suggestion }
}

type Found = {
  readonly severity: Problem['severity']
  readonly message: string
  readonly position: number | undefined
  readonly suggestion: string | undefined
}

/** What stands at a position: a name, an attribute in brackets, else one character. */
const piece = /^(?:\[[^\]]*\]|[\w.]+|"(?:[^"\\]|\\.)*"|[^])/u

function toProblem(text: string, { severity, message, position, suggestion }: Found): Problem {
  const from = Math.min(position ?? 0, Math.max(0, text.length - 1))
  const part = position === undefined ? text : (piece.exec(text.slice(from))?.[0] ?? '')
  const to = from + part.length
  if (suggestion === undefined || position === undefined) return { from, to, severity, message }
  const replacement = part.startsWith('[') && !suggestion.startsWith('[') ? `[${suggestion}]` : suggestion
  return { from, to, severity, message, replacement }
}
