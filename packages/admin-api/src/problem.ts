import { z } from 'zod'
import { errorText, type ErrorLanguage } from './error-texts.ts'
import { apiErrors, type ApiError } from './errors.ts'

/** The media type of every error (RFC 9457). */
export const problemMediaType = 'application/problem+json'

export const problem = z
  .object({
    type: z.url().describe('A page about this kind of error'),
    title: z.string().describe('The kind of error, in the language that `Accept-Language` asks for: en, ko, ja or fr'),
    status: z.int(),
    detail: z.string().describe('What happened here; for people'),
    instance: z.string().describe('The path that was asked'),
    code: z.string().describe('The stable name of the error'),
    requestId: z.string(),
    errors: z
      .array(
        z.object({
          in: z.enum(['body', 'query', 'path', 'header']),
          pointer: z.string().describe('JSON pointer (RFC 6901) into that part'),
          code: z.string(),
          detail: z.string(),
          position: z.int().min(0).optional().describe('Of a text that cannot be read: where, in characters from 0'),
        }),
      )
      .optional(),
    currentVersion: z.int().optional().describe('With `versionMismatch`: the version that stands'),
    confirmation: z
      .object({
        token: z.string().describe('Given back as `confirm`, it does what is shown here and nothing else'),
        count: z.int().describe('How many would be removed'),
        removes: z
          .array(
            z.object({
              team: z.object({ id: z.string(), name: z.string() }),
              member: z.object({ id: z.string(), name: z.string().nullable() }),
            }),
          )
          .describe('At most 1,000 of them'),
      })
      .optional()
      .describe('With `confirmationNeeded`: whom the request would remove'),
    confirmUrl: z
      .url()
      .optional()
      .describe('With `stepUpRequired`: the page where the person confirms; takes `?next=` with a path to go on to'),
  })
  .meta({ id: 'Problem' })

/** The body of every error answer. */
export type Problem = z.output<typeof problem>

/**
 * Writes an error as problem details (RFC 9457 §3).
 *
 * @param error - what was thrown
 * @param at - `language`: of the title, English when left out; `origin`: public URL of the server, without a slash at its end; `instance`: the path that was asked
 * @example
 * ```ts
 * import { apiError, toProblem } from '@rollcall/admin-api'
 *
 * const at = { origin: 'https://id.example', instance: '/api/v1/organizations/acme', requestId: 'r1' }
 * console.log(toProblem(apiError('notFound', 'No organization “acme”'), at).type) // https://id.example/errors/notFound
 * ```
 */
export function toProblem(
  error: ApiError,
  at: {
    readonly origin: string
    readonly instance: string
    readonly requestId: string
    readonly language?: ErrorLanguage
  },
): Problem {
  const entry = apiErrors[error.code]
  return {
    type: `${at.origin}/errors/${error.code}`,
    title: errorText(error.code, at.language ?? 'en').title,
    status: entry.status,
    detail: error.message,
    instance: at.instance,
    code: error.code,
    requestId: at.requestId,
    ...(error.errors.length > 0 && { errors: [...error.errors] }),
    ...(error.currentVersion !== undefined && { currentVersion: error.currentVersion }),
    ...(error.confirmUrl !== undefined && { confirmUrl: error.confirmUrl }),
    ...(error.confirmation !== undefined && {
      confirmation: { ...error.confirmation, removes: [...error.confirmation.removes] },
    }),
  }
}
