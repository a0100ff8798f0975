/** Every way in which an expression, its evaluation or a scoping filter can fail: the code and what it means. */
export const expressionErrors = {
  // Found when an expression is parsed
  Syntax: 'the text is no expression',
  UnknownFunction: 'no function has this name',
  Arity: 'a function got too few or too many parameters, or a needed one is empty',
  Nested: 'a function that may only stand outermost stands inside another',
  TooLong: 'the expression, a text or the work it makes is over a limit',
  BadRegex: 'a pattern is malformed, or needs what cannot be searched in linear time',
  BadEnum: 'a word or name is none of those that the parameter knows',
  BadInterval: 'an interval is none of yyyy, m, d, ww, h, n, s',
  // Found when it is evaluated
  NotANumber: 'a value is needed as a number or a truth value and is none',
  BadDate: 'a value is no date, or no date of the given format, or beyond the years 1 to 9999',
  BadLength: 'a random text cannot have this length',
  BadEncoding: 'a value is not encoded as it should be',
  OutOfBounds: 'an index lies outside of the value',
  MultiValue: 'a list or a complex value stands where a single value is needed',
  BadType: 'a value does not fit the type of the target attribute',
  UserError: 'the expression itself refuses, by Error()',
  Escrow: 'every candidate of SelectUniqueValue is taken',
  // The caller did not say
  NoClock: 'Now() needs the time',
  NoRandom: 'Guid() and RandomString() need a source of randomness',
  NoLookup: 'a function needs a look-up that was not given',
  NoDefaultDomain: 'DefaultDomain() needs the default domain',
  // Scoping filters
  NotAnInteger: 'an integer comparison met something else',
  BadOperator: 'no scoping filter has this operator',
} as const satisfies Record<string, string>

/** The stable name of an error; the wording of messages is not stable. */
export type ExpressionErrorCode = keyof typeof expressionErrors

/** What may accompany an error besides its code. */
export type ExpressionErrorOptions = {
  /** Zero-based offset in the text of the expression. */
  readonly position?: number | undefined
  /** The function that refused. */
  readonly functionName?: string | undefined
  /** Zero-based index of the parameter that was refused. */
  readonly argument?: number | undefined
  /** What was probably meant. */
  readonly suggestion?: string | undefined
  /** The shape of the refused value, never the value: letters are a, digits 9. */
  readonly sample?: string | undefined
}

/** The only error that this package throws for what an expression or its data did wrong. */
export class ExpressionError extends Error {
  readonly code: ExpressionErrorCode
  readonly position: number | undefined
  readonly functionName: string | undefined
  readonly argument: number | undefined
  readonly suggestion: string | undefined
  readonly sample: string | undefined

  constructor(code: ExpressionErrorCode, message: string, options: ExpressionErrorOptions = {}) {
    super(options.suggestion === undefined ? message : `${message}; did you mean ${options.suggestion}?`)
    this.name = 'ExpressionError'
    this.code = code
    this.position = options.position
    this.functionName = options.functionName
    this.argument = options.argument
    this.suggestion = options.suggestion
    this.sample = options.sample
  }
}

/**
 * Makes an error of this package; for look-ups and adapters that refuse in the same way.
 *
 * @example
 * ```ts
 * import { expressionError } from '@rollcall/expressions'
 *
 * console.log(expressionError('BadDate', 'no date').code) // BadDate
 * ```
 */
export function expressionError(
  code: ExpressionErrorCode,
  message: string,
  options?: ExpressionErrorOptions,
): ExpressionError {
  return new ExpressionError(code, message, options)
}
