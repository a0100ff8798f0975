import type { Queryable } from '../pool.ts'

/** What the admin API can count when a list asks for its total. */
export type Countable =
  | 'roles'
  | 'roleMappings'
  | 'connections'
  | 'holds'
  | 'connectionRuns'
  | 'domains'
  | 'eventStreams'
  | 'transmitters'
  | 'identityProviders'

// Only what can be filtered takes a second value.
const statements: { readonly [name in Countable]: string } = {
  // Those that the organization made; the built-in ones are no rows.
  roles: 'select count(*) as count from roles where organization_id = $1',
  roleMappings: 'select count(*) as count from role_mappings where organization_id = $1',
  connections: 'select count(*) as count from connections where organization_id = $1',
  domains: 'select count(*) as count from domains where organization_id = $1',
  identityProviders: 'select count(*) as count from identity_providers where organization_id = $1',
  eventStreams: 'select count(*) as count from event_streams where organization_id = $1',
  transmitters: 'select count(*) as count from transmitters where organization_id = $1',
  connectionRuns: 'select count(*) as count from connection_runs where organization_id = $1',
  holds: 'select count(*) as count from holds where organization_id = $1 and ($2::text is null or state = $2)',
}

export async function selectCount(
  db: Queryable,
  organizationId: string,
  { what, state }: { readonly what: Countable; readonly state?: string | undefined },
): Promise<number> {
  const values = what === 'holds' ? [organizationId, state ?? null] : [organizationId]
  const { rows } = await db.query<{ count: number }>({ text: statements[what] }, values)
  return rows[0]?.count ?? 0
}

export async function selectOrganizationCount(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>({ text: 'select count(*) as count from organizations' })
  return rows[0]?.count ?? 0
}
