import type { Queryable } from '../pool.ts'

/**
 * Reads of all organizations that ended before `endedBefore` and are not among the newest of their source, with their operations;
 * how many reads went. Runs over all organizations: it is a job of the instance.
 */
export async function deleteOldReads(
  tx: Queryable,
  { endedBefore, kept, rowsMax }: { readonly endedBefore: Date; readonly kept: number; readonly rowsMax: number },
): Promise<number> {
  const { rows } = await tx.query<{ organizationId: string; id: string }>(
    {
      text: `select r.organization_id as "organizationId", r.id from source_reads r
        where r.ended_at < $1 and r.state in ('done', 'failed', 'cancelled', 'rejected')
          and (select count(*) from source_reads n
            where n.organization_id = r.organization_id and n.source_id = r.source_id and n.id > r.id) >= $2
        limit $3`,
    },
    [endedBefore, kept, rowsMax],
  )
  for (const table of ['source_operations', 'source_team_operations', 'source_team_moves', 'source_reads'])
    for (const { organizationId, id } of rows)
      await tx.query(
        {
          text: `delete from ${table} where organization_id = $1 and ${table === 'source_reads' ? 'id' : 'read_id'} = $2`,
        },
        [organizationId, id],
      )
  return rows.length
}

/** What came of uploads that broke off; likewise. */
export async function deleteBrokenUploads(tx: Queryable, begunBefore: Date): Promise<void> {
  const broken = 'select organization_id, id from source_files where not is_complete and uploaded_at < $1'
  await tx.query({ text: `delete from source_file_pieces where (organization_id, file_id) in (${broken})` }, [
    begunBefore,
  ])
  await tx.query({ text: 'delete from source_files where not is_complete and uploaded_at < $1' }, [begunBefore])
}

/** Reads that a worker could take, in all organizations. */
export async function selectDueReads(
  db: Queryable,
  now: Date,
): Promise<{ readonly count: number; readonly oldest: Date | null }> {
  const { rows } = await db.query<{ count: number; oldest: Date | null }>(
    {
      text: `select count(*) as count, min(coalesce(retry_at, started_at)) as oldest from source_reads
        where state in ('reading', 'accepted', 'judged', 'planned', 'applying')
          and not (state = 'reading' and mode = 'session') and not (state = 'planned' and requires_approval and approved_by is null)
          and (lease_until is null or lease_until <= $1) and (retry_at is null or retry_at <= $1)`,
    },
    [now],
  )
  return rows[0] ?? { count: 0, oldest: null }
}
