import type { TargetValue } from '@rollcall/expressions'

/** Values by the attributes that rules write; null unassigns, what is not there is left alone. */
export type MappedValues = { readonly [target: string]: TargetValue }

/** Somebody else whom a record names. */
export type MappedReference = {
  /** By which attribute; undefined: by his anchor in the same source. */
  readonly matchOn?: string
  readonly value: string
}

/** What of a record takes effect on a day that its columns name, or that follows from when it left. */
export type DateKind = 'create' | 'join' | 'move' | 'leave' | 'delete'

/** Instants as ISO 8601 in UTC, so that they compare as text. */
export type MappedDates = {
  /** Begin of the first day. */
  readonly from?: string
  /** From then on there may be a suspended account. */
  readonly prepare?: string
  /** End of the last day. */
  readonly until?: string
  /** From then on the other columns hold. */
  readonly effective?: string
  /** Dates that a person called off, for as long as the source says nothing else. */
  readonly cancelled?: readonly DateKind[]
}

/** What the rules make of one record, whoever it turns out to be. Kept with the record as JSON. */
export type Mapped = {
  readonly values: MappedValues
  readonly onCreate?: MappedValues
  readonly ifEmpty?: MappedValues
  readonly references?: { readonly [target: string]: MappedReference }
  /** Undefined: the record says nothing about it, and nothing changes. */
  readonly active?: boolean
  readonly dates?: MappedDates
  /** For somebody new, in order. */
  readonly userNames?: readonly string[]
  /** Attributes whose values are shown to nobody. */
  readonly secret?: readonly string[]
}

/** Why a record cannot be mapped. */
export type MapFailure = {
  readonly reason: 'columnType' | 'columnMissing' | 'expressionFailed' | 'scopeFailed' | 'valueRefused'
  readonly attribute: string
  readonly detail: string
}

/** The values of one correlation rule; a rule that lacks one is not asked. */
export type CorrelationKey = { readonly rule: number; readonly values: readonly TargetValue[] }

export type MapOutcome =
  | { readonly kind: 'mapped'; readonly mapped: Mapped; readonly keys: readonly CorrelationKey[] }
  | { readonly kind: 'outOfScope' }
  | { readonly kind: 'failed'; readonly failure: MapFailure }

export function parseMapped(text: string | null): Mapped | undefined {
  // We wrote it ourselves.
  return text === null ? undefined : (JSON.parse(text) as Mapped)
}
