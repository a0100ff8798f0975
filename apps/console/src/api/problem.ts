import type { FieldError, Problem } from '@rollcall/admin-api'

/** The server refused; `problem` is what it said, word for word. */
export class ProblemError extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** Nothing answered, or something that does not speak our API. */
export class ConnectionError extends Error {
  readonly status: number | undefined

  constructor(status: number | undefined, cause?: unknown) {
    super(status === undefined ? 'The server cannot be reached' : `Something else answered with ${status}`, { cause })
    this.name = 'ConnectionError'
    this.status = status
  }
}

export function problemOf(error: unknown): Problem | undefined {
  return error instanceof ProblemError ? error.problem : undefined
}

export function isRefusedAs(error: unknown, code: string): boolean {
  return problemOf(error)?.code === code
}

/** The stable name of the first reason that the server gave, finer than the code of the problem. */
export function reasonOf(error: unknown): string | undefined {
  return problemOf(error)?.errors?.[0]?.code
}

/** What is wrong with which field of a form, by the name of the field: `/settings/locale` is `settings.locale`. */
export function fieldErrorsOf(error: unknown): Readonly<Record<string, string>> {
  const errors: readonly FieldError[] = problemOf(error)?.errors ?? []
  return Object.fromEntries(
    errors.filter((each) => each.in === 'body').map(({ pointer, detail }) => [toName(pointer), detail]),
  )
}

function toName(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.')
}
