import type { Queryable } from '../pool.ts'

/** Version and clock of the PostgreSQL server. */
export async function selectServerState(db: Queryable): Promise<{ readonly version: string; readonly time: Date }> {
  const { rows } = await db.query<{ version: string; time: Date }>({
    text: `select current_setting('server_version') as version, clock_timestamp() as time`,
  })
  const state = rows[0]
  if (state === undefined) throw new Error('PostgreSQL did not say which version it is')
  return state
}
