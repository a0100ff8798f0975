import type { Problem } from '@rollcall/admin-api'

/** What the process ends with. */
export const exitCodes = { ok: 0, failure: 1, usage: 2, interrupted: 130 } as const

/** Something that the user has to hear; `problem` is what a program reads with --json. */
export class Failure extends Error {
  readonly exitCode: number
  readonly problem: object

  constructor(
    message: string,
    options: {
      readonly code: string
      readonly exitCode?: number
      readonly problem?: Problem
      readonly cause?: unknown
    },
  ) {
    super(message, { cause: options.cause })
    this.name = 'Failure'
    this.exitCode = options.exitCode ?? exitCodes.failure
    this.problem = options.problem ?? { type: 'about:blank', title: message, code: options.code, detail: message }
  }
}

export function usageFailure(message: string): Failure {
  return new Failure(message, { code: 'usage', exitCode: exitCodes.usage })
}
