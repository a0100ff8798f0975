/**
 * An instant in UTC, in ticks of 100 ns since the year 1, as .NET counts: a file time does not fit into a JavaScript Date.
 * A class only so that it cannot be mistaken for a complex value of the source.
 */
export class DateTime {
  readonly ticks: bigint

  constructor(ticks: bigint) {
    this.ticks = ticks
  }
}

/** What an expression works with; a missing attribute is null. */
export type Value = Scalar | ComplexValue | ListValue

/** A single value. */
export type Scalar = null | string | boolean | number | bigint | DateTime

/** Several values. */
export type ListValue = readonly Value[]

/** A value of parts, such as a role. */
export type ComplexValue = { readonly [name: string]: Value }

export function isList(value: Value): value is ListValue {
  return Array.isArray(value)
}

export function isComplex(value: Value): value is ComplexValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof DateTime)
}

/** Null, "" and the empty list. */
export function isEmpty(value: Value): boolean {
  return value === null || value === '' || (isList(value) && value.length === 0)
}
