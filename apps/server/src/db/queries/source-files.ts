import type { Queryable } from '../pool.ts'

export type SourceFileRow = {
  readonly id: string
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  readonly isComplete: boolean
  readonly uploadedBy: string
  readonly uploadedAt: Date
}

type SourceOf = { readonly organizationId: string; readonly sourceId: string }
type FileOf = SourceOf & { readonly fileId: string }

const columns = `id, name, bytes, sha256, is_complete as "isComplete", uploaded_by as "uploadedBy", uploaded_at as "uploadedAt"`

/** Not to be read before it is complete. False: so many others of the source are not complete yet. */
export async function insertFile(
  db: Queryable,
  { organizationId, sourceId, fileId }: FileOf,
  file: Pick<SourceFileRow, 'name' | 'uploadedBy' | 'uploadedAt'> & { readonly openMax: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    {
      text: `insert into source_files (organization_id, source_id, id, name, bytes, sha256, uploaded_by, uploaded_at)
        select $1, $2, $3, $4, 0, '', $5, $6
        where (select count(*) from source_files where organization_id = $1 and source_id = $2 and not is_complete) < $7`,
    },
    [organizationId, sourceId, fileId, file.name, file.uploadedBy, file.uploadedAt, file.openMax],
  )
  return rowCount > 0
}

export async function insertPiece(
  db: Queryable,
  { organizationId, sourceId, fileId }: FileOf,
  piece: { readonly startByte: number; readonly endByte: number; readonly content: Buffer },
): Promise<void> {
  await db.query(
    {
      text: `insert into source_file_pieces (organization_id, source_id, file_id, start_byte, end_byte, content)
        values ($1, $2, $3, $4, $5, $6)`,
    },
    [organizationId, sourceId, fileId, piece.startByte, piece.endByte, piece.content],
  )
}

export async function completeFile(
  tx: Queryable,
  { organizationId, sourceId, fileId }: FileOf,
  { bytes, sha256 }: Pick<SourceFileRow, 'bytes' | 'sha256'>,
): Promise<void> {
  await tx.query(
    {
      text: `update source_files set bytes = $4, sha256 = $5, is_complete = true
        where organization_id = $1 and source_id = $2 and id = $3`,
    },
    [organizationId, sourceId, fileId, bytes, sha256],
  )
}

/** One whose parts still come, with where the next one begins. */
export async function selectOpenFile(
  db: Queryable,
  { organizationId, fileId }: Pick<FileOf, 'organizationId' | 'fileId'>,
  options: { readonly lock?: boolean } = {},
): Promise<{ readonly sourceId: string; readonly nextByte: number } | undefined> {
  // By itself: a statement that waits for a lock goes on with what it saw before it waited.
  if (options.lock === true)
    await db.query(
      { text: 'select from source_files where organization_id = $1 and id = $2 and not is_complete for update' },
      [organizationId, fileId],
    )
  const { rows } = await db.query<{ sourceId: string; nextByte: number }>(
    {
      text: `select f.source_id as "sourceId", coalesce((
          select max(p.end_byte) from source_file_pieces p where p.organization_id = $1 and p.file_id = $2), 0) as "nextByte"
        from source_files f where f.organization_id = $1 and f.id = $2 and not f.is_complete`,
    },
    [organizationId, fileId],
  )
  return rows[0]
}

/** Complete ones, newest first. */
export async function selectFiles(
  db: Queryable,
  source: SourceOf,
  page: { readonly before: string | undefined; readonly rowsMax: number },
): Promise<readonly SourceFileRow[]> {
  const { rows } = await db.query<SourceFileRow>(
    {
      text: `select ${columns} from source_files where organization_id = $1 and source_id = $2 and is_complete
        and ($3::uuid is null or id < $3) order by id desc limit $4`,
    },
    [source.organizationId, source.sourceId, page.before ?? null, page.rowsMax],
  )
  return rows
}

export async function countFiles(db: Queryable, source: SourceOf): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    {
      text: 'select count(*) as count from source_files where organization_id = $1 and source_id = $2 and is_complete',
    },
    [source.organizationId, source.sourceId],
  )
  return rows[0]?.count ?? 0
}

export async function selectFile(db: Queryable, file: FileOf): Promise<SourceFileRow | undefined> {
  const { rows } = await db.query<SourceFileRow>(
    {
      text: `select ${columns} from source_files where organization_id = $1 and source_id = $2 and id = $3 and is_complete`,
    },
    [file.organizationId, file.sourceId, file.fileId],
  )
  return rows[0]
}

/** The piece that holds a byte; undefined: the file ends before it. */
export async function selectPiece(
  db: Queryable,
  file: FileOf,
  byte: number,
): Promise<{ readonly startByte: number; readonly content: Buffer } | undefined> {
  const { rows } = await db.query<{ startByte: number; content: Buffer }>(
    {
      text: `select start_byte as "startByte", content from source_file_pieces
        where organization_id = $1 and file_id = $2 and start_byte <= $3 and end_byte > $3 order by start_byte desc limit 1`,
    },
    [file.organizationId, file.fileId, byte],
  )
  return rows[0]
}

/** Of all but the newest files, and of uploads that broke off; those that an open read reads stay. */
export async function deleteOldFiles(
  tx: Queryable,
  source: SourceOf,
  { kept, brokenBefore }: { readonly kept: number; readonly brokenBefore: Date },
): Promise<void> {
  const old = `select f.id from source_files f where f.organization_id = $1 and f.source_id = $2
    and (case when f.is_complete then f.id not in (
        select id from source_files where organization_id = $1 and source_id = $2 and is_complete order by id desc limit $3)
      else f.uploaded_at < $4 end)
    and not exists (select from source_reads r where r.organization_id = $1 and r.file_id = f.id and r.state in
      ('reading', 'held', 'accepted', 'judged', 'planned', 'applying'))`
  const values = [source.organizationId, source.sourceId, kept, brokenBefore]
  await tx.query({ text: `delete from source_file_pieces where organization_id = $1 and file_id in (${old})` }, values)
  await tx.query(
    { text: `delete from source_files where organization_id = $1 and source_id = $2 and id in (${old})` },
    values,
  )
}
