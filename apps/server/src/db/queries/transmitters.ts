import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'

export type OnAccountDisabled = 'suspend' | 'endSessions' | 'ignore'
export type OnAccountEnabled = 'reactivate' | 'ignore'
export type OnSessionRevoked = 'endSessions' | 'ignore'

/** Somebody whose signals are acted on. */
export type TransmitterRow = {
  readonly organizationId: string
  readonly id: string
  readonly name: string
  readonly issuer: string
  readonly jwksUrl: string | null
  readonly jwks: JsonObject | null
  readonly audience: readonly string[]
  readonly method: 'push' | 'poll'
  readonly pollUrl: string | null
  readonly authorizationSealed: string | null
  readonly onAccountDisabled: OnAccountDisabled
  readonly onAccountEnabled: OnAccountEnabled
  readonly onSessionRevoked: OnSessionRevoked
  readonly state: 'enabled' | 'disabled'
  readonly failures: number
  readonly lastError: string | null
  readonly lastReceivedAt: Date | null
  readonly verifiedAt: Date | null
  readonly version: number
  readonly createdBy: string
  readonly createdAt: Date
  readonly updatedAt: Date
}

const columns = `organization_id as "organizationId", id, name, issuer, jwks_url as "jwksUrl", jwks, audience, method,
  poll_url as "pollUrl", authorization_sealed as "authorizationSealed", on_account_disabled as "onAccountDisabled",
  on_account_enabled as "onAccountEnabled", on_session_revoked as "onSessionRevoked", state, failures,
  last_error as "lastError", last_received_at as "lastReceivedAt", verified_at as "verifiedAt", version,
  created_by as "createdBy", created_at as "createdAt", updated_at as "updatedAt"`

function valuesOf(row: TransmitterRow): readonly unknown[] {
  return [
    row.organizationId,
    row.id,
    row.name,
    row.issuer,
    row.jwksUrl,
    row.jwks === null ? null : JSON.stringify(row.jwks),
    row.audience,
    row.method,
    row.pollUrl,
    row.authorizationSealed,
    row.onAccountDisabled,
    row.onAccountEnabled,
    row.onSessionRevoked,
    row.state,
    row.updatedAt,
  ]
}

export async function insertTransmitter(tx: Queryable, row: TransmitterRow): Promise<TransmitterRow> {
  const { rows } = await tx.query<TransmitterRow>(
    {
      text: `insert into transmitters (organization_id, id, name, issuer, jwks_url, jwks, audience, method, poll_url,
          authorization_sealed, on_account_disabled, on_account_enabled, on_session_revoked, state, due_at, created_at,
          updated_at, created_by)
        values ($1, $2, $3, $4, $5, $6::json, $7, $8, $9, $10, $11, $12, $13, $14, $15, $15, $15, $16)
        returning ${columns}`,
    },
    [...valuesOf(row), row.createdBy],
  )
  return only(rows)
}

export async function updateTransmitterRow(tx: Queryable, row: TransmitterRow): Promise<TransmitterRow> {
  const { rows } = await tx.query<TransmitterRow>(
    {
      text: `update transmitters set name = $3, issuer = $4, jwks_url = $5, jwks = $6::json, audience = $7, method = $8,
          poll_url = $9, authorization_sealed = $10, on_account_disabled = $11, on_account_enabled = $12,
          on_session_revoked = $13, state = $14, updated_at = $15, due_at = $15, failures = 0, version = version + 1
        where organization_id = $1 and id = $2 returning ${columns}`,
    },
    valuesOf(row),
  )
  return only(rows)
}

function only(rows: readonly TransmitterRow[]): TransmitterRow {
  const [row] = rows
  if (row === undefined) throw new Error('The statement returned no row')
  return row
}

export async function selectTransmitter(
  db: Queryable,
  organizationId: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<TransmitterRow | undefined> {
  const { rows } = await db.query<TransmitterRow>(
    {
      text: `select ${columns} from transmitters where organization_id = $1 and id = $2
        ${options.lock === true ? 'for update' : ''}`,
    },
    [organizationId, id],
  )
  return rows[0]
}

/** Oldest first. */
export async function selectTransmitters(
  db: Queryable,
  organizationId: string,
  page: { readonly after?: string | undefined; readonly rowsMax: number },
): Promise<readonly TransmitterRow[]> {
  const { rows } = await db.query<TransmitterRow>(
    {
      text: `select ${columns} from transmitters
        where organization_id = $1 and ($2::uuid is null or id > $2) order by id limit $3`,
    },
    [organizationId, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function deleteTransmitterRow(tx: Queryable, organizationId: string, id: string): Promise<void> {
  await tx.query({ text: 'delete from transmitters where organization_id = $1 and id = $2' }, [organizationId, id])
}

/** Takes a transmitter that is to be polled; nobody else takes it until then. */
export async function claimPolledTransmitter(
  db: Queryable,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<TransmitterRow | undefined> {
  const { rows } = await db.query<TransmitterRow>(
    {
      name: 'claim_polled_transmitter',
      text: `update transmitters set due_at = $2 where (organization_id, id) = (
          select t.organization_id, t.id from transmitters t
          where t.method = 'poll' and t.state = 'enabled' and t.due_at <= $1
          order by t.due_at limit 1 for update skip locked
        ) returning ${columns}`,
    },
    [now, until],
  )
  return rows[0]
}

type Key = Pick<TransmitterRow, 'organizationId' | 'id'>

export async function updateTransmitterPolled(
  db: Queryable,
  { organizationId, id }: Key,
  polled: { readonly dueAt: Date; readonly failures: number; readonly lastError: string | null },
): Promise<void> {
  await db.query(
    {
      text: `update transmitters set due_at = $3, failures = $4, last_error = $5
        where organization_id = $1 and id = $2`,
    },
    [organizationId, id, polled.dueAt, polled.failures, polled.lastError],
  )
}

/** Something came that was good, or was refused. */
export async function updateTransmitterReceived(
  db: Queryable,
  { organizationId, id }: Key,
  received: { readonly at: Date; readonly error: string | null; readonly isVerification: boolean },
): Promise<void> {
  await db.query(
    {
      text: `update transmitters set last_error = $4,
          last_received_at = case when $4::text is null then $3 else last_received_at end,
          verified_at = case when $5 then $3 else verified_at end
        where organization_id = $1 and id = $2`,
    },
    [organizationId, id, received.at, received.error, received.isVerification],
  )
}

export type ReceivedSignal = {
  readonly jti: string
  readonly event: string
  readonly userId: string | null
  readonly outcome: string
  readonly receivedAt: Date
}

/** False when it was received before. */
export async function insertReceivedSignal(
  tx: Queryable,
  { organizationId, id }: Key,
  signal: ReceivedSignal,
): Promise<boolean> {
  const { rowCount } = await tx.query(
    {
      text: `insert into received_signals (organization_id, transmitter_id, jti, event, user_id, outcome, received_at)
        values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    },
    [organizationId, id, signal.jti, signal.event, signal.userId, signal.outcome, signal.receivedAt],
  )
  return rowCount === 1
}

export async function updateSignalOutcome(
  tx: Queryable,
  { organizationId, id }: Key,
  signal: Pick<ReceivedSignal, 'jti' | 'userId' | 'outcome'>,
): Promise<void> {
  await tx.query(
    {
      text: `update received_signals set user_id = $4, outcome = $5
        where organization_id = $1 and transmitter_id = $2 and jti = $3`,
    },
    [organizationId, id, signal.jti, signal.userId, signal.outcome],
  )
}

/** Latest first. */
export async function selectReceivedSignals(
  db: Queryable,
  { organizationId, id }: Key,
  rowsMax: number,
): Promise<readonly ReceivedSignal[]> {
  const { rows } = await db.query<ReceivedSignal>(
    {
      text: `select jti, event, user_id as "userId", outcome, received_at as "receivedAt" from received_signals
        where organization_id = $1 and transmitter_id = $2 order by received_at desc limit $3`,
    },
    [organizationId, id, rowsMax],
  )
  return rows
}

/** Forgets what is too old to be taken again. Runs over all organizations: it is a job of the instance. */
export async function deleteReceivedSignals(db: Queryable, before: Date): Promise<void> {
  await db.query({ text: 'delete from received_signals where received_at < $1' }, [before])
}

/** Who suspended a person last; undefined: nobody has. */
export async function selectSuspender(
  db: Queryable,
  organizationId: string,
  userId: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ actor: string }>(
    {
      text: `select actor from changes where organization_id = $1 and subject_id = $2 and action = 'user.suspended'
        order by position desc limit 1`,
    },
    [organizationId, userId],
  )
  return rows[0]?.actor
}

/** Access and refresh tokens of a person that others hold; keys that the person made stay. */
export async function revokeTokensOf(
  tx: Queryable,
  { organizationId, userId, at }: { readonly organizationId: string; readonly userId: string; readonly at: Date },
): Promise<readonly string[]> {
  const { rows } = await tx.query<{ id: string }>(
    {
      text: `update keys set revoked_at = $3
        where organization_id = $1 and user_id = $2 and kind in ('tok', 'ref') and revoked_at is null
          and (expires_at is null or expires_at > $3) returning id`,
    },
    [organizationId, userId, at],
  )
  return rows.map(({ id }) => id)
}
