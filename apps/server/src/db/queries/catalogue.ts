import type { Queryable } from '../pool.ts'

/** A table of ours, as PostgreSQL's own catalogue describes it: new tables are found without being listed anywhere. */
export type CatalogueTable = {
  readonly name: string
  /** In their order; generated ones are left out, they come by themselves. */
  readonly columns: readonly string[]
  /** Columns that hold a transaction's number: it means nothing in another database. */
  readonly xidColumns: readonly string[]
  readonly identityColumns: readonly string[]
  /** Tables that rows here refer to. */
  readonly references: readonly string[]
  readonly hasOrganization: boolean
  /** Where its rows are: itself, or the partitions that have none of their own. */
  readonly stores: readonly string[]
}

const ours = `c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')`

/** All tables of the current schema but that of the migrations, those that others refer to first. */
export async function selectTables(db: Queryable): Promise<readonly CatalogueTable[]> {
  const { rows } = await db.query<CatalogueTable>({
    text: `select c.relname as name,
        (select coalesce(json_agg(a.attname order by a.attnum), '[]') from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
        (select coalesce(json_agg(a.attname), '[]') from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.atttypid = 'xid8'::regtype and a.atthasdef) as "xidColumns",
        (select coalesce(json_agg(a.attname), '[]') from pg_attribute a
          where a.attrelid = c.oid and a.attnum > 0 and a.attidentity <> '') as "identityColumns",
        (select coalesce(json_agg(distinct r.relname), '[]') from pg_constraint k join pg_class r on r.oid = k.confrelid
          where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid) as references,
        exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organization_id') as "hasOrganization",
        (select coalesce(json_agg(p.relname order by p.relname), json_build_array(c.relname))
          from pg_inherits i join pg_class p on p.oid = i.inhrelid where i.inhparent = c.oid) as stores
      from pg_class c where ${ours} and c.relname <> 'schema_migrations' order by c.relname`,
  })
  return inOrder(rows)
}

function inOrder(tables: readonly CatalogueTable[]): readonly CatalogueTable[] {
  const ordered: CatalogueTable[] = []
  const done = new Set<string>()
  let waiting = tables
  while (waiting.length > 0) {
    const ready = waiting.filter(({ references }) => references.every((name) => done.has(name)))
    if (ready.length === 0)
      throw new Error(`Tables refer to each other in a circle: ${waiting.map((t) => t.name).join(', ')}`)
    for (const table of ready) {
      ordered.push(table)
      done.add(table.name)
    }
    waiting = waiting.filter(({ name }) => !done.has(name))
  }
  return ordered
}

/** Indexes that belong to no constraint: they can be dropped, and made again by their definition, on all partitions. */
export async function selectLooseIndexes(
  db: Queryable,
): Promise<readonly { readonly name: string; readonly definition: string }[]> {
  const { rows } = await db.query<{ name: string; definition: string }>({
    text: `select i.relname as name, replace(pg_get_indexdef(i.oid), ' ON ONLY ', ' ON ') as definition
      from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class c on c.oid = x.indrelid
      where ${ours} and not x.indisprimary and not exists (select from pg_constraint k where k.conindid = i.oid)
      order by i.relname`,
  })
  return rows
}

/** Everything that migrations made in the current schema goes; extensions stay. */
export async function dropEverything(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ statement: string }>({
    text: `select format('drop table %I cascade', c.relname) as statement from pg_class c where ${ours}
      union all
      select format('drop routine if exists %s cascade', p.oid::regprocedure) from pg_proc p
      where p.pronamespace = current_schema()::regnamespace
        and not exists (select from pg_depend d where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')`,
  })
  for (const { statement } of rows) await db.query({ text: statement })
}

/** Sessions of other processes of ours in this database that began before this transaction did. */
export async function selectOtherSessionCount(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ count: number }>({
    text: `select count(*) as count from pg_stat_activity
      where datname = current_database() and application_name = 'rollcall' and pid <> pg_backend_pid()
        and backend_start < (select backend_start from pg_stat_activity where pid = pg_backend_pid())`,
  })
  return rows[0]?.count ?? 0
}

/** The next number of an identity column is above all that there are. */
export async function restartIdentity(db: Queryable, table: string, column: string): Promise<void> {
  await db.query({
    text: `select setval(pg_get_serial_sequence(${literal(quote(table))}, ${literal(column)}),
        coalesce((select max(${quote(column)}) from ${quote(table)}), 0) + 1, false)`,
  })
}

/** Reads a table; a partitioned one through a query, since COPY takes no table that is empty itself. */
export function copyOutText(table: string, columns: readonly string[]): string {
  return `copy (select ${columns.map(quote).join(', ')} from ${quote(table)}) to stdout`
}

export function copyInText(table: string, columns: readonly string[]): string {
  return `copy ${quote(table)} (${columns.map(quote).join(', ')}) from stdin`
}

/** Empties a table for rows as they were; what its triggers would do is done already. */
export async function beginFilling(db: Queryable, table: string): Promise<void> {
  await db.query({ text: `delete from ${quote(table)}` })
  await db.query({ text: `alter table ${quote(table)} disable trigger user` })
}

export async function endFilling(db: Queryable, table: string): Promise<void> {
  await db.query({ text: `alter table ${quote(table)} enable trigger user` })
}

export async function dropIndex(db: Queryable, name: string): Promise<void> {
  await db.query({ text: `drop index ${quote(name)}` })
}

export async function createIndex(db: Queryable, definition: string): Promise<void> {
  await db.query({ text: definition })
}

const analyzeTimeoutMs = 600_000

/** Deletes rows of one organization from one of the stores of a table, no more than so many; returns how many there were. */
export async function deleteOrganizationRows(
  db: Queryable,
  store: string,
  { organizationId, rowsMax }: { readonly organizationId: string; readonly rowsMax: number },
): Promise<number> {
  const { rowCount } = await db.query(
    {
      // A row's place is unique within one store only.
      text: `delete from ${quote(store)} where organization_id = $1
        and ctid = any(array(select ctid from ${quote(store)} where organization_id = $1 limit $2))`,
    },
    [organizationId, rowsMax],
  )
  return rowCount
}

/** The same for what belongs to one app or source. `parent`: the rows name something of it and not the thing itself. */
export async function deleteOwnedRows(
  db: Queryable,
  store: string,
  {
    organizationId,
    owner,
    parent,
    rowsMax,
  }: {
    readonly organizationId: string
    readonly owner: { readonly column: string; readonly id: string }
    readonly parent: { readonly table: string; readonly column: string } | undefined
    readonly rowsMax: number
  },
): Promise<number> {
  const isOwned = `${quote(owner.column)} = $2`
  const matches =
    parent === undefined
      ? isOwned
      : `${quote(parent.column)} in (select id from ${quote(parent.table)} where organization_id = $1 and ${isOwned})`
  const { rowCount } = await db.query(
    {
      text: `delete from ${quote(store)} where organization_id = $1
        and ctid = any(array(select ctid from ${quote(store)} where organization_id = $1 and ${matches} limit $3))`,
    },
    [organizationId, owner.id, rowsMax],
  )
  return rowCount
}

/** So that the next queries know how much there is. */
export async function analyze(db: Queryable): Promise<void> {
  await db.query({ text: 'analyze', query_timeout: analyzeTimeoutMs })
}

/** A name of the catalogue as SQL writes it. */
function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}
