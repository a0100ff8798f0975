import type { Queryable } from '../pool.ts'

/** Names carry the day, so that they sort and tell by themselves how old they are. */
const prefix = 'provisioning_log_'
const namePattern = /^provisioning_log_(\d{4})(\d{2})(\d{2})$/
/** So long a change of partitions waits for those who write: it comes again, and nobody is to stand behind it. */
const lockTimeout = '2s'

export type LogPartition = { readonly name: string; readonly from: Date }

const dayMs = 86_400_000

/** The partitions that are days, oldest first. */
export async function selectLogPartitions(db: Queryable): Promise<readonly LogPartition[]> {
  const { rows } = await db.query<{ name: string }>({
    text: `select p.relname as name from pg_inherits i join pg_class p on p.oid = i.inhrelid
      where i.inhparent = 'provisioning_log'::regclass order by p.relname`,
  })
  return rows.flatMap(({ name }) => {
    const [, year, month, day] = namePattern.exec(name) ?? []
    return day === undefined ? [] : [{ name, from: new Date(`${year}-${month}-${day}T00:00:00.000Z`) }]
  })
}

/**
 * Makes the partition of a day (UTC). Entries of that day that were written before there was one move into it. It is attached
 * and not made in its place: attaching lets others go on writing to the other days.
 */
export async function createLogPartition(tx: Queryable, day: Date): Promise<void> {
  const from = day.toISOString().slice(0, 10)
  const to = new Date(day.getTime() + dayMs).toISOString().slice(0, 10)
  const name = `${prefix}${from.replaceAll('-', '')}`
  const range = `at >= '${from}T00:00:00Z' and at < '${to}T00:00:00Z'`
  await tx.query({ text: `set local lock_timeout = '${lockTimeout}'` })
  await tx.query({ text: 'lock table provisioning_log_rest in exclusive mode' })
  await tx.query({ text: `create table ${name} (like provisioning_log including all)` })
  await tx.query({
    text: `with moved as (delete from provisioning_log_rest where ${range} returning *) insert into ${name} select * from moved`,
  })
  await tx.query({
    text: `alter table provisioning_log attach partition ${name} for values from ('${from}T00:00:00Z') to ('${to}T00:00:00Z')`,
  })
}

export async function dropLogPartition(tx: Queryable, { name }: LogPartition): Promise<void> {
  if (!namePattern.test(name)) throw new Error(`${name} is no partition of the provisioning log`)
  await tx.query({ text: `set local lock_timeout = '${lockTimeout}'` })
  await tx.query({ text: `drop table ${name}` })
}
