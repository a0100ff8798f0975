import type { EntryOf } from '../api/queries.ts'

type Counters = NonNullable<EntryOf<'listAppCycles'>['counters']>

export const partNames = ['created', 'updated', 'disabled', 'held', 'failed'] as const

/** What became of a cycle, in five parts that can be told apart. */
export function toParts(counters: Counters): Readonly<Record<(typeof partNames)[number], number>> {
  return {
    created: counters.created + counters.adopted,
    updated: counters.updated + counters.enabled,
    disabled: counters.disabled + counters.deleted + counters.unlinked,
    held: counters.held,
    failed: counters.failed,
  }
}
