import type { z } from 'zod'
import type { FieldError } from './errors.ts'

/**
 * Turns what Zod found into the errors that a client sees: every wrong place with a pointer, a stable code, a sentence.
 *
 * @param issues - of a failed `safeParse`
 * @param part - which part of the request was parsed
 * @example
 * ```ts
 * import { routes, toFieldErrors } from '@rollcall/admin-api'
 *
 * const result = routes.createOrganization.body.safeParse({ slug: 'acme', colour: 'red' })
 * console.log(toFieldErrors(result.error?.issues ?? [], 'body')[0]?.pointer) // /colour
 * ```
 */
export function toFieldErrors(issues: readonly z.core.$ZodIssue[], part: FieldError['in']): readonly FieldError[] {
  return issues.flatMap((issue): readonly FieldError[] => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((name) => ({
        in: part,
        pointer: toPointer([...issue.path, name]),
        code: 'unknownField',
        detail: `There is no field "${name}" here`,
      }))
    }
    return [{ in: part, pointer: toPointer(issue.path), code: codeOf(issue), detail: detailOf(issue) }]
  })
}

/** RFC 6901 §3: `~` and `/` inside a name are escaped. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')
}

function codeOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return isMissing(issue) ? 'required' : 'wrongType'
    case 'invalid_format':
      return 'wrongFormat'
    case 'invalid_value':
    case 'invalid_union':
      return 'notAllowed'
    case 'too_small':
      return 'tooSmall'
    case 'too_big':
      return 'tooLarge'
    default:
      return 'invalid'
  }
}

function detailOf(issue: z.core.$ZodIssue): string {
  return issue.code === 'invalid_type' && isMissing(issue) ? 'Required' : issue.message
}

/** Zod leaves the input out of the issue; its sentence is the only place that tells a missing value from a wrong one. */
function isMissing(issue: z.core.$ZodIssue): boolean {
  return issue.message.endsWith('received undefined')
}
