import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import type { SourceNoticeKind } from './notices.ts'

/** A notice about a source, with its name; nothing when there is one for that occasion already. */
export async function insertSourceNotice(
  tx: Queryable,
  notice: {
    readonly organizationId: string
    readonly sourceId: string
    readonly kind: SourceNoticeKind
    readonly occasion: string
    readonly data: JsonObject
    readonly at: Date
  },
): Promise<void> {
  const { organizationId, sourceId, kind, occasion, data, at } = notice
  await tx.query(
    {
      text: `insert into notices (organization_id, id, kind, source_id, occasion, data, created_at)
        select organization_id, uuid_at($6), $3, id, $4, (jsonb_build_object('source', name) || $5::jsonb)::json, $6
        from connections where organization_id = $1 and id = $2
        on conflict do nothing`,
    },
    [organizationId, sourceId, kind, occasion, JSON.stringify(data), at],
  )
}
