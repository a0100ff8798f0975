import type { Queryable } from '../pool.ts'

/** Every chain: those of organizations with their settings, and the instance's own. */
export async function selectAuditedOrganizations(
  db: Queryable,
): Promise<readonly { readonly id: string; readonly settings: object | null }[]> {
  const { rows } = await db.query<{ id: string; settings: object | null }>({
    text: `select c.organization_id as id, o.settings from audit_chains c left join organizations o on o.id = c.organization_id
      order by 1`,
  })
  return rows
}

/** The last event of which that event and all before it are older; undefined when there is none. */
export async function selectLastOld(
  db: Queryable,
  organizationId: string,
  before: Date,
): Promise<{ readonly sequence: number; readonly hash: Buffer } | undefined> {
  const { rows } = await db.query<{ sequence: number; hash: Buffer }>(
    {
      text: `select sequence, hash from audit_events where organization_id = $1 and sequence = coalesce(
          (select sequence from audit_events where organization_id = $1 and at >= $2 order by sequence limit 1) - 1,
          (select max(sequence) from audit_events where organization_id = $1))`,
    },
    [organizationId, before],
  )
  return rows[0]
}

export async function updateCheckpoint(tx: Queryable, organizationId: string, checkpoint: object): Promise<void> {
  await tx.query({ text: 'update audit_chains set checkpoint = $2::jsonb where organization_id = $1' }, [
    organizationId,
    JSON.stringify(checkpoint),
  ])
}

/** Removes the oldest events up to that one, no more than so many; returns how many. */
export async function deleteAuditEvents(
  db: Queryable,
  organizationId: string,
  { upTo, rowsMax }: { readonly upTo: number; readonly rowsMax: number },
): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from audit_events where organization_id = $1 and sequence in (
        select sequence from audit_events where organization_id = $1 and sequence <= $2 order by sequence limit $3)`,
    },
    [organizationId, upTo, rowsMax],
  )
  return rowCount
}
