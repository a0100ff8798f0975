import { ScimClientError } from './client-error.ts'

/** A literal of a filter; a Date is written as xsd:dateTime in UTC. */
export type FilterLiteral = string | number | boolean | Date | null

/**
 * A filter that was built, not written: its literals are quoted and its names checked, so that no value can change
 * its meaning. `text` is RFC 7644 §3.4.2.2.
 */
export type FilterExpression = {
  readonly kind: 'comparison' | 'and' | 'or' | 'not' | 'element'
  readonly text: string
}

/**
 * The attribute equals the value; text is compared by the schema's `caseExact`.
 * `null` asks for resources without the attribute. Throws `invalidRequest` for a path that is no attribute path.
 *
 * @example
 * ```ts
 * import { eq } from '@rollcall/scim/client'
 *
 * console.log(eq('userName', 'bo"b').text) // userName eq "bo\"b"
 * console.log(eq('name.familyName', 'O\\Neil').text) // name.familyName eq "O\\Neil"
 * ```
 */
export function eq(path: string, value: FilterLiteral): FilterExpression {
  return compare(path, 'eq', value)
}

/**
 * The attribute differs from the value.
 *
 * @example
 * ```ts
 * import { ne } from '@rollcall/scim/client'
 *
 * console.log(ne('userType', 'Contractor').text) // userType ne "Contractor"
 * ```
 */
export function ne(path: string, value: FilterLiteral): FilterExpression {
  return compare(path, 'ne', value)
}

/**
 * The attribute contains the text.
 *
 * @example
 * ```ts
 * import { co } from '@rollcall/scim/client'
 *
 * console.log(co('displayName', '50%').text) // displayName co "50%"
 * ```
 */
export function co(path: string, value: string): FilterExpression {
  return compare(path, 'co', value)
}

/**
 * The attribute starts with the text.
 *
 * @example
 * ```ts
 * import { sw } from '@rollcall/scim/client'
 *
 * console.log(sw('userName', 'J').text) // userName sw "J"
 * ```
 */
export function sw(path: string, value: string): FilterExpression {
  return compare(path, 'sw', value)
}

/**
 * The attribute ends with the text.
 *
 * @example
 * ```ts
 * import { ew } from '@rollcall/scim/client'
 *
 * console.log(ew('emails.value', '@example.com').text) // emails.value ew "@example.com"
 * ```
 */
export function ew(path: string, value: string): FilterExpression {
  return compare(path, 'ew', value)
}

/**
 * The attribute is greater than the value; dates are compared as instants.
 *
 * @example
 * ```ts
 * import { gt } from '@rollcall/scim/client'
 *
 * console.log(gt('meta.lastModified', new Date(0)).text) // meta.lastModified gt "1970-01-01T00:00:00.000Z"
 * ```
 */
export function gt(path: string, value: string | number | Date): FilterExpression {
  return compare(path, 'gt', value)
}

/**
 * The attribute is greater than the value or equal to it.
 *
 * @example
 * ```ts
 * import { ge } from '@rollcall/scim/client'
 *
 * console.log(ge('meta.created', '2026-01-01T00:00:00Z').text) // meta.created ge "2026-01-01T00:00:00Z"
 * ```
 */
export function ge(path: string, value: string | number | Date): FilterExpression {
  return compare(path, 'ge', value)
}

/**
 * The attribute is less than the value.
 *
 * @example
 * ```ts
 * import { lt } from '@rollcall/scim/client'
 *
 * console.log(lt('urn:example:params:scim:schemas:Badge:level', 3).text) // urn:example:params:scim:schemas:Badge:level lt 3
 * ```
 */
export function lt(path: string, value: string | number | Date): FilterExpression {
  return compare(path, 'lt', value)
}

/**
 * The attribute is less than the value or equal to it.
 *
 * @example
 * ```ts
 * import { le } from '@rollcall/scim/client'
 *
 * console.log(le('meta.created', '2026-01-01T00:00:00Z').text) // meta.created le "2026-01-01T00:00:00Z"
 * ```
 */
export function le(path: string, value: string | number | Date): FilterExpression {
  return compare(path, 'le', value)
}

/**
 * The attribute has a value that is not empty.
 *
 * @example
 * ```ts
 * import { pr } from '@rollcall/scim/client'
 *
 * console.log(pr('title').text) // title pr
 * ```
 */
export function pr(path: string): FilterExpression {
  return { kind: 'comparison', text: `${checkPath(path)} pr` }
}

/**
 * All of the filters hold.
 *
 * @example
 * ```ts
 * import { and, eq, or, pr } from '@rollcall/scim/client'
 *
 * console.log(and(or(eq('title', 'a'), pr('nickName')), eq('active', true)).text) // (title eq "a" or nickName pr) and active eq true
 * ```
 */
export function and(first: FilterExpression, ...others: readonly FilterExpression[]): FilterExpression {
  return join('and', [first, ...others])
}

/**
 * At least one of the filters holds.
 *
 * @example
 * ```ts
 * import { eq, or } from '@rollcall/scim/client'
 *
 * console.log(or(eq('userName', 'a'), eq('userName', 'b')).text) // userName eq "a" or userName eq "b"
 * ```
 */
export function or(first: FilterExpression, ...others: readonly FilterExpression[]): FilterExpression {
  return join('or', [first, ...others])
}

/**
 * The filter does not hold.
 *
 * @example
 * ```ts
 * import { eq, not } from '@rollcall/scim/client'
 *
 * console.log(not(eq('active', true)).text) // not (active eq true)
 * ```
 */
export function not(filter: FilterExpression): FilterExpression {
  return { kind: 'not', text: `not (${filter.text})` }
}

/**
 * One element of a multi-valued attribute meets the whole filter.
 *
 * @example
 * ```ts
 * import { and, element, eq, ew } from '@rollcall/scim/client'
 *
 * console.log(element('emails', and(eq('type', 'work'), ew('value', '@example.com'))).text) // emails[type eq "work" and value ew "@example.com"]
 * ```
 */
export function element(path: string, filter: FilterExpression): FilterExpression {
  return { kind: 'element', text: `${checkPath(path)}[${filter.text}]` }
}

// RFC 7644 §3.4.2.2 attrPath: [URI ":"] ATTRNAME ["." ATTRNAME]; RFC 7643 adds "$ref".
const attributePath =
  /^(?:urn:[A-Za-z0-9()+,\-.:=@;$_!*'%/?#]+:)?[A-Za-z$][A-Za-z0-9_$-]*(?:\.[A-Za-z$][A-Za-z0-9_$-]*)?$/i

function checkPath(path: string): string {
  if (path.length > 1000 || !attributePath.test(path))
    throw new ScimClientError('invalidRequest', `${JSON.stringify(path.slice(0, 100))} is no attribute path`)
  return path
}

function compare(path: string, operator: string, value: FilterLiteral): FilterExpression {
  return { kind: 'comparison', text: `${checkPath(path)} ${operator} ${toLiteral(value)}` }
}

function toLiteral(value: FilterLiteral): string {
  if ((typeof value === 'number' || value instanceof Date) && !Number.isFinite(value.valueOf()))
    throw new ScimClientError('invalidRequest', `${String(value)} is no value that a filter can hold`)
  return JSON.stringify(value)
}

function join(kind: 'and' | 'or', filters: readonly FilterExpression[]): FilterExpression {
  const [first] = filters
  if (filters.length === 1 && first !== undefined) return first
  // RFC 7644 §3.4.2.2: "and" binds before "or", so that only an "or" inside an "and" needs brackets.
  const texts = filters.map((filter) => (kind === 'and' && filter.kind === 'or' ? `(${filter.text})` : filter.text))
  return { kind, text: texts.join(` ${kind} `) }
}
