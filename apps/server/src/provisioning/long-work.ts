import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../db/pool.ts'

/** Long work as a run carries it out: it goes on from its checkpoint, whoever began it. */
export type LongWork = {
  readonly organizationId: string
  readonly id: string
  readonly input: JsonObject
  readonly checkpoint: JsonObject | undefined
  readonly done: number
  readonly signal: AbortSignal
  advance(
    db: Queryable,
    progress: { readonly checkpoint: JsonObject; readonly done: number; readonly total?: number },
  ): Promise<void>
}
