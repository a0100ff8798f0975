import type { JsonObject } from '@rollcall/scim'
import type { Queryable } from '../pool.ts'
import type { ProviderKey } from './saml-exchange.ts'

export type SignInTestRow = ProviderKey & {
  readonly id: string
  readonly createdBy: string
  readonly createdAt: Date
  readonly expiresAt: Date
  readonly finishedAt: Date | null
  readonly passed: boolean | null
  readonly code: string | null
  readonly detail: string | null
  readonly failureId: string | null
  readonly userId: string | null
  /** Null: there is nobody, or not any more. */
  readonly userName: string | null
  readonly createsAccount: boolean
  readonly received: JsonObject | null
}

export type SignInTestResult = Pick<
  SignInTestRow,
  'passed' | 'code' | 'detail' | 'failureId' | 'userId' | 'createsAccount' | 'received'
> & { readonly finishedAt: Date }

export async function insertSignInTest(
  db: Queryable,
  row: Pick<SignInTestRow, 'organizationId' | 'id' | 'providerId' | 'createdBy' | 'createdAt' | 'expiresAt'>,
): Promise<void> {
  await db.query(
    {
      text: `insert into sign_in_tests (organization_id, id, provider_id, created_by, created_at, expires_at)
        values ($1, $2, $3, $4, $5, $6)`,
    },
    [row.organizationId, row.id, row.providerId, row.createdBy, row.createdAt, row.expiresAt],
  )
}

const selected = `select t.organization_id as "organizationId", t.id, t.provider_id as "providerId", t.created_by as "createdBy",
    t.created_at as "createdAt", t.expires_at as "expiresAt", t.finished_at as "finishedAt", t.passed, t.code, t.detail,
    t.failure_id as "failureId", t.user_id as "userId", coalesce(u.document::json ->> 'userName', u.user_name_key) as "userName", t.creates_account as "createsAccount", t.received
  from sign_in_tests t left join users u on u.organization_id = t.organization_id and u.id = t.user_id
  where t.organization_id = $1 and t.provider_id = $2`

export async function selectSignInTest(
  db: Queryable,
  { organizationId, providerId }: ProviderKey,
  id: string,
): Promise<SignInTestRow | undefined> {
  const { rows } = await db.query<SignInTestRow>({ text: `${selected} and t.id = $3` }, [
    organizationId,
    providerId,
    id,
  ])
  return rows[0]
}

/** Newest first, those before `after`. */
export async function selectSignInTests(
  db: Queryable,
  { organizationId, providerId }: ProviderKey,
  page: { readonly after: string | undefined; readonly rowsMax: number },
): Promise<readonly SignInTestRow[]> {
  const { rows } = await db.query<SignInTestRow>(
    { text: `${selected} and ($3::uuid is null or t.id < $3) order by t.id desc limit $4` },
    [organizationId, providerId, page.after ?? null, page.rowsMax],
  )
  return rows
}

export async function countSignInTests(db: Queryable, { organizationId, providerId }: ProviderKey): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    { text: 'select count(*) as count from sign_in_tests where organization_id = $1 and provider_id = $2' },
    [organizationId, providerId],
  )
  return rows[0]?.count ?? 0
}

/** Whether somebody is expected back for it. */
export async function isSignInTestOpen(
  db: Queryable,
  { organizationId, providerId }: ProviderKey,
  { id, now }: { readonly id: string; readonly now: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    {
      text: `select from sign_in_tests where organization_id = $1 and provider_id = $2 and id = $3
        and finished_at is null and expires_at > $4`,
    },
    [organizationId, providerId, id, now],
  )
  return rowCount === 1
}

/** False: it was finished before, or is too old. */
export async function updateSignInTestFinished(
  db: Queryable,
  { organizationId, providerId, id }: ProviderKey & { readonly id: string },
  result: SignInTestResult,
): Promise<boolean> {
  const { finishedAt, passed, code, detail, failureId, userId, createsAccount, received } = result
  const { rowCount } = await db.query(
    {
      text: `update sign_in_tests set finished_at = $4, passed = $5, code = $6, detail = $7, failure_id = $8, user_id = $9,
          creates_account = $10, received = $11
        where organization_id = $1 and provider_id = $2 and id = $3 and finished_at is null and expires_at > $4`,
    },
    [
      organizationId,
      providerId,
      id,
      finishedAt,
      passed,
      code,
      detail,
      failureId,
      userId,
      createsAccount,
      received === null ? null : JSON.stringify(received),
    ],
  )
  return rowCount === 1
}

/** The latest test that passed since then, of an identity provider of these types that is on. */
export async function selectPassedTest(
  db: Queryable,
  organizationId: string,
  { types, since }: { readonly types: readonly string[]; readonly since: Date },
): Promise<{ readonly id: string; readonly providerId: string; readonly finishedAt: Date } | undefined> {
  const { rows } = await db.query<{ id: string; providerId: string; finishedAt: Date }>(
    {
      text: `select t.id, t.provider_id as "providerId", t.finished_at as "finishedAt" from sign_in_tests t
        join identity_providers p on p.organization_id = t.organization_id and p.id = t.provider_id and p.state = 'enabled'
        where t.organization_id = $1 and t.passed and t.finished_at > $2 and p.type = any($3) order by t.finished_at desc limit 1`,
    },
    [organizationId, since, types],
  )
  return rows[0]
}

/** What is past, of all organizations: a job of the instance. */
export async function deleteSignInTestsBefore(db: Queryable, before: Date): Promise<void> {
  await db.query({ text: 'delete from sign_in_tests where created_at <= $1' }, [before])
}

export type WayBackRow = {
  readonly userId: string
  readonly userName: string
  readonly name: string | null
  readonly hasPasskey: boolean
  readonly hasRecoveryCodes: boolean
  readonly isBuiltIn: boolean
}

/** Owners who come in whatever is switched off. `ownerRoleId`: the built-in role; others may have the permission too. */
export async function selectWaysBack(
  db: Queryable,
  organizationId: string,
  { ownerRoleId, rowsMax }: { readonly ownerRoleId: string; readonly rowsMax: number },
): Promise<readonly WayBackRow[]> {
  const { rows } = await db.query<WayBackRow>(
    {
      text: `select * from (
          select u.id as "userId", coalesce(u.document::json ->> 'userName', u.user_name_key) as "userName", u.display as name,
            exists (select from passkeys k where k.organization_id = $1 and k.user_id = u.id) as "hasPasskey",
            exists (select from recovery_codes c where c.organization_id = $1 and c.user_id = u.id and c.used_at is null) as "hasRecoveryCodes",
            u.is_built_in and exists (select from passwords p where p.organization_id = $1 and p.user_id = u.id) as "isBuiltIn"
          from users u join organizations o on o.id = u.organization_id
          where u.organization_id = $1 and u.state = 'active' and exists (
            select from role_assignments a where a.organization_id = $1 and a.subject_id = u.id
              and a.team_id = '00000000-0000-0000-0000-000000000000'
              and role_counts(o.role_mapping_mode, a.source, u.connection_id)
              and (a.role_id = $2 or exists (select from roles r
                where r.organization_id = $1 and r.id = a.role_id and 'owners:manage' = any(r.permissions))))
        ) owners where "hasPasskey" or "hasRecoveryCodes" or "isBuiltIn" order by "userName" limit $3`,
    },
    [organizationId, ownerRoleId, rowsMax],
  )
  return rows
}
