import type { Queryable } from '../pool.ts'

/** `due`: a worker must look at it, or make it. Whether an open one has expired, its time says. */
export type InvitationState = 'due' | 'open' | 'accepted' | 'replaced' | 'revoked'

export type InvitationRow = {
  readonly organizationId: string
  readonly id: string
  readonly userId: string
  readonly state: InvitationState
  readonly recipient: string | null
  readonly mailId: string | null
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly endedAt: Date | null
}

/** With what is known about the person and the organization: all that decides about a link. */
export type InvitationOfPerson = InvitationRow & {
  readonly shortId: string
  readonly organizationName: string
  readonly organizationSlug: string
  /** Of the organization. */
  readonly settings: unknown
  readonly userState: 'pending' | 'active' | 'suspended' | 'deprovisioned'
  readonly document: string
  readonly display: string | null
}

const columns = `i.organization_id as "organizationId", i.id, i.user_id as "userId", i.state, i.recipient,
  i.mail_id as "mailId", i.created_at as "createdAt", i.expires_at as "expiresAt", i.ended_at as "endedAt"`

const personColumns = `${columns}, o.short_id as "shortId", o.name as "organizationName", o.slug as "organizationSlug", o.settings,
  u.state as "userState", u.document, u.display`

const theirPerson = `join organizations o on o.id = i.organization_id
  join users u on u.organization_id = i.organization_id and u.id = i.user_id`
const withPerson = `invitations i ${theirPerson}`

// Who waits in the queue has no row among the invitations yet, and is shown like those that have.
const queuedColumns = `organization_id, id, user_id, 'due' as state, null::text as recipient, null::uuid as mail_id, created_at,
  null::timestamptz as expires_at, null::timestamptz as ended_at`
const all = `(
    select organization_id, id, user_id, state, recipient, mail_id, created_at, expires_at, ended_at from invitations
    union all select ${queuedColumns} from invitation_dues
  ) i`

/** What a link names: the organization by its short id, the invitation by its own. */
export async function selectInvitationOfLink(
  db: Queryable,
  link: { readonly shortId: string; readonly id: string },
): Promise<InvitationOfPerson | undefined> {
  const { rows } = await db.query<InvitationOfPerson>(
    {
      name: 'invitation_of_link',
      text: `select ${personColumns} from ${withPerson} where o.short_id = $1 and i.id = $2`,
    },
    [link.shortId, link.id],
  )
  return rows[0]
}

export async function selectInvitation(
  db: Queryable,
  organizationId: string,
  id: string,
): Promise<InvitationOfPerson | undefined> {
  const { rows } = await db.query<InvitationOfPerson>(
    { text: `select ${personColumns} from ${all} ${theirPerson} where i.organization_id = $1 and i.id = $2` },
    [organizationId, id],
  )
  return rows[0]
}

/** The same, locked until the transaction ends. Whoever locks the person too does so before. */
export async function lockInvitation(
  tx: Queryable,
  organizationId: string,
  id: string,
): Promise<InvitationOfPerson | undefined> {
  const { rows } = await tx.query<InvitationOfPerson>(
    { text: `select ${personColumns} from ${withPerson} where i.organization_id = $1 and i.id = $2 for update of i` },
    [organizationId, id],
  )
  return rows[0]
}

export type InvitationFilter = {
  readonly states: readonly InvitationState[] | undefined
  /** Of the open ones: those that end before then, or after. */
  readonly expired: { readonly is: boolean; readonly now: Date } | undefined
  readonly userId: string | undefined
}

const filterText = `i.organization_id = $1 and ($2::text[] is null or i.state = any ($2)) and ($3::uuid is null or i.user_id = $3)
  and ($4::boolean is null or (i.expires_at is not null and i.expires_at <= $5) = $4)`

function filterValues(organizationId: string, { states, expired, userId }: InvitationFilter): unknown[] {
  return [organizationId, states ?? null, userId ?? null, expired?.is ?? null, expired?.now ?? null]
}

/** Newest first; `before` is the id behind which the page begins. */
export async function selectInvitations(
  db: Queryable,
  organizationId: string,
  page: InvitationFilter & { readonly before: string | undefined; readonly rowsMax: number },
): Promise<readonly InvitationOfPerson[]> {
  const { rows } = await db.query<InvitationOfPerson>(
    {
      text: `select ${personColumns} from ${all} ${theirPerson}
        where ${filterText} and ($6::uuid is null or i.id < $6) order by i.id desc limit $7`,
    },
    [...filterValues(organizationId, page), page.before ?? null, page.rowsMax],
  )
  return rows
}

export async function selectInvitationCount(
  db: Queryable,
  organizationId: string,
  filter: InvitationFilter,
): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: `select count(*) as count from ${all} where ${filterText}` },
    filterValues(organizationId, filter),
  )
  return rows[0]?.count ?? 0
}

/** Makes the invitation of a person who waits in the queue, for whoever needs it before a worker comes. */
export async function admitQueued(
  tx: Queryable,
  person: { readonly organizationId: string; readonly userId: string },
): Promise<void> {
  await tx.query(
    {
      text: `with queued as (
          delete from invitation_dues where organization_id = $1 and user_id = $2 returning organization_id, id, user_id, created_at
        )
        insert into invitations (organization_id, id, user_id, created_at)
        select organization_id, id, user_id, created_at from queued`,
    },
    [person.organizationId, person.userId],
  )
}

/**
 * Takes people out of the queue, about the oldest first: their invitations are the caller's to make. Who was invited
 * again meanwhile by a process of the version before, which knows no queue, needs no other. Locks as below.
 */
export async function takeQueued(tx: Queryable, rowsMax: number): Promise<readonly InvitationOfPerson[]> {
  const { rows } = await tx.query<InvitationOfPerson>(take, [rowsMax])
  return rows
}

const take = {
  name: 'take_queued_invitations',
  text: `with queued as (
      delete from invitation_dues where ctid = any (array(select ctid from invitation_dues limit $1 for update skip locked))
      returning organization_id, id, user_id, created_at
    )
    select ${personColumns} from (select ${queuedColumns} from queued) i ${theirPerson}
    where not exists (
      select from invitations l where l.organization_id = i.organization_id and l.user_id = i.user_id and l.state in ('due', 'open'))`,
}

/** Locks invitations that a worker must look at; what another worker looks at is passed over. */
export async function lockDueInvitations(
  tx: Queryable,
  which: { readonly rowsMax: number; readonly only?: { readonly organizationId: string; readonly id: string } },
): Promise<readonly InvitationOfPerson[]> {
  const { only, rowsMax } = which
  const { rows } = await tx.query<InvitationOfPerson>(only === undefined ? lockDue : lockOne, [
    rowsMax,
    ...(only === undefined ? [] : [only.organizationId, only.id]),
  ])
  return rows
}

// `materialized`: with the join inside, PostgreSQL would lock more than it returns.
const toLock = (condition: string, locking: string): string => `with due as materialized (
    select organization_id, id from invitations where state = 'due' ${condition} order by created_at limit $1 for update ${locking}
  )
  select ${personColumns} from due join ${withPerson} on i.organization_id = due.organization_id and i.id = due.id`
const lockDue = { name: 'lock_due_invitations', text: toLock('', 'skip locked') }
const lockOne = { text: toLock('and organization_id = $2 and id = $3', '') }

/** What becomes of one that a worker has looked at. */
export type OpenedInvitation = {
  readonly organizationId: string
  readonly id: string
  readonly userId: string
  readonly createdAt: Date
  readonly recipient: string | null
  readonly mailId: string | null
  readonly expiresAt: Date | null
}

/** Opens many in one statement; those from the queue come to be by it. */
export async function upsertInvitationsOpened(tx: Queryable, opened: readonly OpenedInvitation[]): Promise<void> {
  if (opened.length === 0) return
  await tx.query(open, [JSON.stringify(opened)])
}

const open = {
  name: 'open_invitations',
  text: `insert into invitations (organization_id, id, user_id, state, recipient, mail_id, created_at, expires_at)
    select w."organizationId", w.id, w."userId", 'open', w.recipient, w."mailId", w."createdAt", w."expiresAt"
    from json_to_recordset($1::json) w ("organizationId" uuid, id uuid, "userId" uuid, recipient text, "mailId" uuid,
      "createdAt" timestamptz, "expiresAt" timestamptz)
    on conflict (organization_id, id) do update
      set state = 'open', recipient = excluded.recipient, mail_id = excluded.mail_id, expires_at = excluded.expires_at`,
}

export type NewInvitation = {
  readonly organizationId: string
  readonly id: string
  readonly userId: string
  readonly createdAt: Date
}

/** Ends the live invitations of these people as replaced, and makes new ones that are due. */
export async function replaceInvitations(
  tx: Queryable,
  invitations: readonly NewInvitation[],
  at: Date,
): Promise<void> {
  if (invitations.length === 0) return
  const rows = JSON.stringify(invitations)
  await tx.query(endReplaced, [rows, at])
  await tx.query(insertNew, [rows])
}

const recordset = `json_to_recordset($1::json) w ("organizationId" uuid, id uuid, "userId" uuid, "createdAt" timestamptz)`
const endReplaced = {
  name: 'end_replaced_invitations',
  text: `update invitations i set state = 'replaced', ended_at = $2 from ${recordset}
    where i.organization_id = w."organizationId" and i.user_id = w."userId" and i.state in ('due', 'open')`,
}
const insertNew = {
  name: 'insert_invitations',
  text: `insert into invitations (organization_id, id, user_id, created_at)
    select w."organizationId", w.id, w."userId", w."createdAt" from ${recordset}`,
}

/** False when it had ended before. */
export async function updateInvitationEnded(
  tx: Queryable,
  invitation: Pick<InvitationRow, 'organizationId' | 'id'>,
  end: { readonly state: 'accepted' | 'revoked'; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `update invitations set state = $3, ended_at = $4
        where organization_id = $1 and id = $2 and state in ('due', 'open')`,
    },
    [invitation.organizationId, invitation.id, end.state, end.at],
  )
  return rowCount === 1
}

export async function upsertVerifiedEmail(
  tx: Queryable,
  row: {
    readonly organizationId: string
    readonly userId: string
    readonly address: string
    readonly addressKey: string
    readonly at: Date
  },
): Promise<void> {
  await tx.query(
    {
      text: `insert into verified_emails (organization_id, user_id, address_key, address, verified_at)
        values ($1, $2, $3, $4, $5) on conflict (organization_id, user_id, address_key) do nothing`,
    },
    [row.organizationId, row.userId, row.addressKey, row.address, row.at],
  )
}

/** How many invitations a worker must still look at, and since when the oldest. */
export async function selectDueInvitations(
  db: Queryable,
): Promise<{ readonly count: number; readonly oldest: Date | null }> {
  const { rows } = await db.query<{ count: number; oldest: Date | null }>({
    name: 'due_invitations',
    text: `select count(*) as count, min(created_at) as oldest from (
        select created_at from invitations where state = 'due' union all select created_at from invitation_dues
      ) due`,
  })
  return rows[0] ?? { count: 0, oldest: null }
}

/** Forgets what ended before then; a batch at a time. */
export async function deleteInvitationsBefore(db: Queryable, before: Date, rowsMax: number): Promise<number> {
  const { rowCount } = await db.query(
    {
      text: `delete from invitations i using (
          select organization_id, id from invitations where ended_at < $1 limit $2
        ) old where i.organization_id = old.organization_id and i.id = old.id`,
    },
    [before, rowsMax],
  )
  return rowCount
}
