/**
 * Something that whoever runs the server has to put right.
 * Its message is shown as it is, without a stack, and the process ends with its exit code.
 */
export class OperatorError extends Error {
  readonly exitCode: number

  constructor(message: string, options: { readonly exitCode?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'OperatorError'
    this.exitCode = options.exitCode ?? 1
  }
}
