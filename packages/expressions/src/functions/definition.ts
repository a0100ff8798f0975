import { ExpressionError, type ExpressionErrorCode } from '../errors.ts'
import type { CallExpression } from '../syntax/ast.ts'
import type { Value } from '../value/value.ts'

/** What a value can be, as far as it is known before there is data. */
export type ValueType = 'any' | 'text' | 'boolean' | 'number' | 'dateTime' | 'list' | 'complexList'

/** A parameter as an editor shows it. */
export type Parameter = {
  readonly name: string
  /** An empty slot is allowed: the parameter is not given. */
  readonly mayBeEmpty?: boolean
  /** The bare words that it knows. */
  readonly words?: readonly string[]
  /** A bare word that names the value at hand in the parameters behind it. */
  readonly isBinding?: boolean
  /** A list is refused here, so that a multi-valued attribute is a mistake. */
  readonly isSingle?: boolean
}

/** A function of the language. */
export type FunctionDefinition = {
  readonly name: string
  /** One sentence for an editor. */
  readonly summary: string
  readonly parameters: readonly Parameter[]
  readonly minimum: number
  /** Infinity when the last parameters repeat. */
  readonly maximum: number
  readonly isCountWrong?: (count: number) => boolean
  /** What it yields; `first` is what its first parameter is, `branches` one of its branches. */
  readonly result: ValueType | 'first' | 'branches'
  /** Which parameters its value may be; only with `branches`. */
  readonly branches?: (count: number) => readonly number[]
  readonly isOutermostOnly?: boolean
  /** Its result differs from call to call. */
  readonly isRandom?: boolean
  /** Called on a list, it is called on each value of it: this parameter is the list. */
  readonly mapsOver?: number
  /** The attribute of the source that it reads besides its parameters. */
  readonly reads?: (site: Pick<Site, 'expression'>) => string | undefined
  /** Refuses constants that no data can make right. */
  readonly checkConstants?: (site: Site) => void
  readonly evaluate: (call: Call) => Value
}

/** A call in an expression, before there is data. */
export type Site = { readonly definition: FunctionDefinition; readonly expression: CallExpression }

/** What a function may ask while it is called. */
export type Call = Site & {
  /** The value of a parameter, evaluated when it is first asked for; an empty slot is null. */
  readonly read: (index: number) => Value
  /** The value of a parameter while the bound word stands for this value. */
  readonly readFor: (element: Value, index: number) => Value
  readonly has: (index: number) => boolean
  readonly count: number
  readonly surroundings: Surroundings
}

/** What an evaluation is given besides attributes; each member throws when the caller gave nothing. */
export type Surroundings = {
  readonly now: () => Value
  readonly randomBytes: (length: number) => Uint8Array
  readonly defaultDomain: () => string
  readonly readAttribute: (name: string) => Value
  readonly lookUp: (table: string, key: string) => Value
  readonly numberOf: (sequence: string) => Value
  readonly markSecret: () => void
  readonly markRoles: (roles: 'add' | 'replace') => void
}

/** An error of a function, with its name and the parameter. */
export function fail(
  { definition, expression }: Site,
  code: ExpressionErrorCode,
  problem: string,
  at: { readonly argument?: number; readonly sample?: string; readonly suggestion?: string } = {},
): ExpressionError {
  const argument = at.argument === undefined ? undefined : expression.arguments[at.argument]
  return new ExpressionError(code, `${definition.name}: ${problem}`, {
    functionName: definition.name,
    position: argument?.position ?? expression.position,
    ...at,
  })
}
