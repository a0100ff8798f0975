import type { Queryable } from '../pool.ts'

/** Reads of an instance that is no more are nobody's; what was seen of a source that lives elsewhere is of another time. */
export async function restartReads(db: Queryable): Promise<void> {
  await db.query({
    text: `update source_reads r set lease_owner = null, lease_until = null, lease_epoch = r.lease_epoch + 1,
        cursor = case when r.state = 'reading' and s.kind not in ('file', 'upload') then null else r.cursor end
      from sources s
      where s.organization_id = r.organization_id and s.id = r.source_id
        and r.state in ('reading', 'accepted', 'judged', 'planned', 'applying')`,
  })
}

/** What is posted twice may be there twice: nobody knows what was told after the backup was made. */
export async function doubtPosts(db: Queryable, detail: string): Promise<void> {
  await db.query(
    {
      text: `update source_write_backs w set state = 'failed', detail = $1
        from sources s
        where s.organization_id = w.organization_id and s.id = w.source_id and w.state in ('waiting', 'sending')
          and s.settings #>> '{writeBack,kind}' = 'http' and s.settings #>> '{writeBack,method}' = 'POST'`,
    },
    [detail],
  )
}
