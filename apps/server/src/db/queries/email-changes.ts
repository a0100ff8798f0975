import type { Queryable } from '../pool.ts'

export type EmailChangeRow = {
  readonly organizationId: string
  readonly organizationName: string
  readonly id: string
  readonly userId: string
  readonly oldAddress: string | null
  readonly newAddress: string
  readonly oldLink: string
  readonly newLink: string
  readonly expiresAt: Date
  readonly oldConfirmedAt: Date | null
  readonly newConfirmedAt: Date | null
  readonly endedAt: Date | null
}

/** The one change of a person that waits: those before it end. */
export async function insertEmailChange(
  tx: Queryable,
  row: Pick<
    EmailChangeRow,
    'organizationId' | 'id' | 'userId' | 'oldAddress' | 'newAddress' | 'oldLink' | 'newLink' | 'expiresAt'
  > & { readonly now: Date },
): Promise<void> {
  const { organizationId, id, userId, oldAddress, newAddress, oldLink, newLink, now, expiresAt } = row
  await tx.query(
    {
      text: `with replaced as (
          update email_changes set ended_at = $8 where organization_id = $1 and user_id = $3 and ended_at is null
        )
        insert into email_changes (organization_id, id, user_id, old_address, new_address, old_link, new_link, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    },
    [organizationId, id, userId, oldAddress, newAddress, oldLink, newLink, now, expiresAt],
  )
}

/** What a link of either side names; locked where it is going to be used. */
export async function selectEmailChange(
  db: Queryable,
  link: { readonly shortId: string; readonly id: string },
  options: { readonly lock: boolean },
): Promise<EmailChangeRow | undefined> {
  const { rows } = await db.query<EmailChangeRow>(
    {
      text: `select e.organization_id as "organizationId", o.name as "organizationName", e.id, e.user_id as "userId",
          e.old_address as "oldAddress", e.new_address as "newAddress", e.old_link as "oldLink", e.new_link as "newLink",
          e.expires_at as "expiresAt", e.old_confirmed_at as "oldConfirmedAt", e.new_confirmed_at as "newConfirmedAt",
          e.ended_at as "endedAt"
        from organizations o join email_changes e on e.organization_id = o.id and $2 in (e.old_link, e.new_link)
        where o.short_id = $1${options.lock ? ' for update of e' : ''}`,
    },
    [link.shortId, link.id],
  )
  return rows[0]
}

export async function updateEmailChange(
  tx: Queryable,
  row: Pick<EmailChangeRow, 'organizationId' | 'id' | 'oldConfirmedAt' | 'newConfirmedAt' | 'endedAt'>,
): Promise<void> {
  await tx.query(
    {
      text: `update email_changes set old_confirmed_at = $3, new_confirmed_at = $4, ended_at = $5
        where organization_id = $1 and id = $2`,
    },
    [row.organizationId, row.id, row.oldConfirmedAt, row.newConfirmedAt, row.endedAt],
  )
}

/** Changes that are over, of all organizations: a job of the instance. */
export async function deleteEmailChangesBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query({ text: 'delete from email_changes where expires_at < $1' }, [before])
  return rowCount
}
