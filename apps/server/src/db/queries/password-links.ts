import type { Queryable } from '../pool.ts'

/** A link with all that decides what it is good for. */
export type PasswordLinkRow = {
  readonly organizationId: string
  readonly organizationName: string
  readonly organizationSlug: string
  readonly id: string
  readonly userId: string
  readonly expiresAt: Date
  readonly endedAt: Date | null
  readonly userState: string
  readonly document: string
  readonly display: string | null
}

/** The one link of a person that works: those before it end. */
export async function insertPasswordLink(
  tx: Queryable,
  link: {
    readonly organizationId: string
    readonly id: string
    readonly userId: string
    readonly now: Date
    readonly expiresAt: Date
  },
): Promise<void> {
  const { organizationId, id, userId, now, expiresAt } = link
  await tx.query(
    {
      text: `with replaced as (
          update password_links set ended_at = $4 where organization_id = $1 and user_id = $3 and ended_at is null
        )
        insert into password_links (organization_id, id, user_id, created_at, expires_at) values ($1, $2, $3, $4, $5)`,
    },
    [organizationId, id, userId, now, expiresAt],
  )
}

const columns = `l.organization_id as "organizationId", o.name as "organizationName", o.slug as "organizationSlug", l.id,
  l.user_id as "userId", l.expires_at as "expiresAt", l.ended_at as "endedAt", u.state as "userState", u.document, u.display`

/** What a link names: the organization by its short id. */
export async function selectPasswordLink(
  db: Queryable,
  link: { readonly shortId: string; readonly id: string },
): Promise<PasswordLinkRow | undefined> {
  const { rows } = await db.query<PasswordLinkRow>(
    {
      text: `select ${columns} from organizations o
        join password_links l on l.organization_id = o.id and l.id = $2
        join users u on u.organization_id = o.id and u.id = l.user_id
        where o.short_id = $1`,
    },
    [link.shortId, link.id],
  )
  return rows[0]
}

/** False when it had ended before: of two that use it at once, one does. */
export async function updatePasswordLinkEnded(
  tx: Queryable,
  link: { readonly organizationId: string; readonly id: string; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: 'update password_links set ended_at = $3 where organization_id = $1 and id = $2 and ended_at is null',
    },
    [link.organizationId, link.id, link.at],
  )
  return rowCount > 0
}

/** Links that are over, of all organizations: a job of the instance. */
export async function deletePasswordLinksBefore(db: Queryable, before: Date): Promise<number> {
  const { rowCount } = await db.query({ text: 'delete from password_links where expires_at < $1' }, [before])
  return rowCount
}
