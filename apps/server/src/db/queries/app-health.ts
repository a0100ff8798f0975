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
