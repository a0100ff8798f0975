import { apiError, toFieldErrors, type FieldError, type Route } from '@rollcall/admin-api'
import type { z } from 'zod'

type Part = FieldError['in']

/** An id in the path that cannot be one names nothing: 404 like one that could. */
export function parseParams(route: Route, params: unknown): Readonly<Record<string, unknown>> {
  const result = route.params.safeParse(params)
  if (result.success) return result.data
  const errors = toFieldErrors(result.error.issues, 'path')
  throw apiError('notFound', describe(errors), { errors })
}

/** Unknown and repeated parameters are refused: a misspelt filter would show everything. */
export function parseQuery(route: Route, search: URLSearchParams): Readonly<Record<string, unknown>> {
  const names = [...new Set(search.keys())]
  const known = new Set(Object.keys(route.query.shape))
  const odd = names.flatMap((name): readonly FieldError[] => {
    if (!known.has(name)) return [fieldError('query', name, 'unknownField', `There is no parameter "${name}" here`)]
    if (search.get(name)?.includes('\0') === true)
      return [fieldError('query', name, 'wrongFormat', 'Nothing holds the character U+0000')]
    return search.getAll(name).length > 1 ? [fieldError('query', name, 'repeated', 'Given more than once')] : []
  })
  const input = Object.fromEntries(names.filter((name) => known.has(name)).map((name) => [name, search.get(name)]))
  const result = route.query.safeParse(input)
  const errors = [...odd, ...(result.success ? [] : toFieldErrors(result.error.issues, 'query'))]
  if (errors.length > 0 || !result.success) throw invalid(errors)
  return result.data
}

export function parseFields(schema: z.ZodType, body: unknown): unknown {
  const result = schema.safeParse(body)
  if (result.success) return result.data
  throw invalid(toFieldErrors(result.error.issues, 'body'))
}

/**
 * The version that If-Match asks for; undefined when any will do.
 * A tag that we never gave matches nothing (RFC 9110 §13.1.1): no version is 0.
 */
export function parseIfMatch(header: string | null): number | undefined {
  if (header === null || header.trim() === '*') return undefined
  const tags = header.split(',').map((tag) => tag.trim())
  if (tags.length > 1) throw invalid([fieldError('header', 'If-Match', 'tooLarge', 'One entity tag is wanted')])
  const version = /^"(\d{1,15})"$/.exec(tags[0] ?? '')?.[1]
  return version === undefined ? 0 : Number(version)
}

export function fieldError(part: Part, name: string, code: string, detail: string): FieldError {
  return { in: part, pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, code, detail }
}

export function invalid(errors: readonly FieldError[]): Error {
  return apiError('invalidRequest', describe(errors), { errors })
}

const shownMax = 3

/** The first wrong places in one sentence, for those who read only `detail`. */
function describe(errors: readonly FieldError[]): string {
  const shown = errors.slice(0, shownMax).map(({ in: part, pointer, detail }) => {
    const place = part === 'body' ? pointer || 'the body' : `${part} ${pointer.slice(1)}`
    return `${place}: ${detail}`
  })
  const rest = errors.length - shown.length
  return shown.join('; ') + (rest > 0 ? `; and ${rest} more` : '')
}
