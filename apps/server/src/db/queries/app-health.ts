import type { AppOf } from './gate.ts'
import type { Queryable } from '../pool.ts'

export type Health = 'healthy' | 'degraded' | 'quarantined' | 'probing'

export type HealthRow = {
  readonly health: Health
  readonly reason: string | null
  readonly detail: string | null
  /** Of `quarantined` and `probing`: when the episode began. */
  readonly since: Date
  readonly nextProbeAt: Date | null
  /** Probes of this episode that failed. */
  readonly probes: number
  readonly probesPassed: number
  /** The newest outcomes, the last one at the end: '' is a success, else the code of the reason. */
  readonly recent: readonly string[]
  /** In a row, without any answer in between that proves the contrary. */
  readonly credentialFailures: number
  readonly connectFailures: number
  /** Since the last whole cycle that went well. */
  readonly outcomes: number
  readonly failures: number
  readonly referenceFailures: number
}

const columns = `health, reason, detail, since, next_probe_at as "nextProbeAt", probes, probes_passed as "probesPassed", recent,
  credential_failures as "credentialFailures", connect_failures as "connectFailures", outcomes, failures,
  reference_failures as "referenceFailures"`

/** Undefined: nothing was ever sent to the app. */
export async function selectHealth(db: Queryable, { organizationId, appId }: AppOf): Promise<HealthRow | undefined> {
  const { rows } = await db.query<HealthRow>(select, [organizationId, appId])
  return rows[0]
}

const select = {
  name: 'select_app_health',
  text: `select ${columns} from app_health where organization_id = $1 and app_id = $2`,
  isShort: true,
}

/** The row, made where there is none, locked until the end of the transaction. */
export async function lockHealth(tx: Queryable, { organizationId, appId }: AppOf, now: Date): Promise<HealthRow> {
  const { rows } = await tx.query<HealthRow>(lock, [organizationId, appId, now])
  const [row] = rows
  if (row === undefined) throw new Error('An upsert handed out no row')
  return row
}

const lock = {
  name: 'lock_app_health',
  // Nothing of a row that stands changes: the update locks it and hands it out.
  text: `insert into app_health as a (organization_id, app_id, since) values ($1, $2, $3)
    on conflict (organization_id, app_id) do update set health = a.health returning ${columns}`,
}

export async function updateHealth(tx: Queryable, { organizationId, appId }: AppOf, row: HealthRow): Promise<void> {
  await tx.query(update, [
    organizationId,
    appId,
    row.health,
    row.reason,
    row.detail,
    row.since,
    row.nextProbeAt,
    row.probes,
    row.probesPassed,
    row.recent,
    row.credentialFailures,
    row.connectFailures,
    row.outcomes,
    row.failures,
    row.referenceFailures,
  ])
}

const update = {
  name: 'update_app_health',
  text: `update app_health set health = $3, reason = $4, detail = $5, since = $6, next_probe_at = $7, probes = $8,
      probes_passed = $9, recent = $10, credential_failures = $11, connect_failures = $12, outcomes = $13, failures = $14,
      reference_failures = $15
    where organization_id = $1 and app_id = $2`,
}

export type AppAt = AppOf & { readonly now: Date }

/**
 * Apps whose next probe is due, of all organizations; whoever takes one has it until `leaseUntil`, then it is probed again.
 * What is paused or stopped is left alone.
 */
export async function claimProbes(
  db: Queryable,
  claim: { readonly now: Date; readonly leaseUntil: Date; readonly rowsMax: number },
): Promise<readonly AppOf[]> {
  const { rows } = await db.query<AppOf>(claimDue, [claim.now, claim.leaseUntil, claim.rowsMax])
  return rows
}

const claimDue = {
  name: 'claim_probes',
  text: `update app_health h set next_probe_at = $2 where h.ctid = any (array(
      select p.ctid from app_health p
      join apps a on a.organization_id = p.organization_id and a.id = p.app_id and a.state in ('active', 'stopping')
      where p.next_probe_at <= $1 order by p.next_probe_at limit $3 for update of p skip locked
    )) returning h.organization_id as "organizationId", h.app_id as "appId"`,
}

/** An account or group of ours in the app, to see whether it can be read. */
export async function selectAnyLink(
  db: Queryable,
  { organizationId, appId }: AppOf,
): Promise<{ readonly kind: 'user' | 'team'; readonly key: string } | undefined> {
  const { rows } = await db.query<{ kind: 'user' | 'team'; key: string }>(
    {
      text: `select kind, target_key as key from links
        where organization_id = $1 and app_id = $2 and state = 'linked' and target_key is not null limit 1`,
    },
    [organizationId, appId],
  )
  return rows[0]
}

/** Whether anything is due that would show that the app works again. */
export async function hasDueWork(db: Queryable, { organizationId, appId, now }: AppAt): Promise<boolean> {
  const { rows } = await db.query<{ is_due: boolean }>(
    {
      text: `select exists (select from work_items where organization_id = $1 and app_id = $2
        and stage in ('evaluate', 'export', 'members') and due_at <= $3) as is_due`,
    },
    [organizationId, appId, now],
  )
  return rows[0]?.is_due ?? false
}

/** The next probe is made at once; false: the app needs none. */
export async function hastenProbe(db: Queryable, { organizationId, appId, now }: AppAt): Promise<boolean> {
  const { rowCount } = await db.query(
    {
      text: `update app_health set next_probe_at = $3
        where organization_id = $1 and app_id = $2 and health in ('quarantined', 'probing')`,
    },
    [organizationId, appId, now],
  )
  return rowCount > 0
}

/** Pauses an app, for a reason that its administrators read; undefined: it was not running. */
export async function pauseIllApp(
  tx: Queryable,
  { organizationId, appId, now }: AppAt,
  reason: string,
): Promise<{ readonly version: number } | undefined> {
  const { rows } = await tx.query<{ version: number }>(
    {
      text: `update apps set state = 'paused', paused_reason = $4, paused_until = null, version = version + 1, updated_at = $3
        where organization_id = $1 and id = $2 and state in ('active', 'stopping') returning version`,
    },
    [organizationId, appId, now, reason],
  )
  return rows[0]
}

export type IllApp = AppOf & { readonly reason: string | null; readonly detail: string | null; readonly since: Date }

/** Apps in quarantine since before then, of all organizations. */
export async function selectIllApps(db: Queryable, before: Date): Promise<readonly IllApp[]> {
  const { rows } = await db.query<IllApp>(
    {
      text: `select h.organization_id as "organizationId", h.app_id as "appId", h.reason, h.detail, h.since from app_health h
        join apps a on a.organization_id = h.organization_id and a.id = h.app_id and a.state in ('active', 'stopping')
        where h.next_probe_at is not null and h.health in ('quarantined', 'probing') and h.since <= $1`,
    },
    [before],
  )
  return rows
}
