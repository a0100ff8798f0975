import type { DateParts } from './calendar.ts'

/** A wall clock and, where one is known, its distance from UTC in minutes. */
export type ZonedParts = DateParts & { readonly offset: number | undefined }
