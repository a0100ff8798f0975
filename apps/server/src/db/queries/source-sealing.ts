import { toTextArray } from '../binary-array.ts'
import type { Queryable } from '../pool.ts'
import type { SourceName } from './source-settling.ts'

export type UnsealedSource = SourceName & { readonly revision: number; readonly document: unknown }

/**
 * Sources of all organizations whose live rules have secret columns, and whose records were not gone through since; not while a read
 * may bring some that other rules staged, or made. It is a job of the instance.
 */
export async function selectUnsealedSources(db: Queryable): Promise<readonly UnsealedSource[]> {
  const { rows } = await db.query<UnsealedSource>({
    text: `select s.organization_id as "organizationId", s.id as "sourceId", r.revision, r.document from sources s
      join source_rules r on r.organization_id = s.organization_id and r.source_id = s.id and r.revision = s.live_revision
      where s.sealed_revision is distinct from s.live_revision
        and jsonb_path_exists(r.document::jsonb, '$.columns.*.isSecret ? (@ == true)')
        and not exists (select from source_reads d where d.organization_id = s.organization_id and d.source_id = s.id
          and d.state in ('reading', 'held', 'accepted', 'judged', 'applying'))`,
  })
  return rows
}

export async function updateSealedRevision(tx: Queryable, name: SourceName, revision: number): Promise<void> {
  await tx.query({ text: 'update sources set sealed_revision = $3 where organization_id = $1 and id = $2' }, [
    name.organizationId,
    name.sourceId,
    revision,
  ])
}

type Page = { readonly after: string; readonly rowsMax: number }
export type UnsealedRecord = {
  readonly anchor: string
  readonly raw: string
  readonly raw_hash: string
  readonly mapped: string | null
}

/** Records behind an anchor, which nobody else writes until the end of the transaction. */
export async function lockRecordsBehind(
  tx: Queryable,
  { organizationId, sourceId }: SourceName,
  { after, rowsMax }: Page,
): Promise<readonly UnsealedRecord[]> {
  const text = `select anchor, raw, raw_hash, mapped from source_records
    where organization_id = $1 and source_id = $2 and anchor > $3 order by anchor limit $4 for update`
  const { rows } = await tx.query<UnsealedRecord>({ text }, [organizationId, sourceId, after, rowsMax])
  return rows
}

export async function replaceStoredRecords(
  tx: Queryable,
  { organizationId, sourceId }: SourceName,
  records: readonly UnsealedRecord[],
): Promise<void> {
  if (records.length === 0) return
  const text = `update source_records r set raw = w.raw, raw_hash = w.raw_hash, mapped = w.mapped
    from unnest($3::text[], $4::text[], $5::text[], $6::text[]) w (anchor, raw, raw_hash, mapped)
    where r.organization_id = $1 and r.source_id = $2 and r.anchor = w.anchor`
  await tx.query({ text }, [
    organizationId,
    sourceId,
    toTextArray(records.map(({ anchor }) => anchor)),
    toTextArray(records.map(({ raw }) => raw)),
    toTextArray(records.map(({ raw_hash }) => raw_hash)),
    toTextArray(records.map(({ mapped }) => mapped)),
  ])
}

export type UnsealedOperation = {
  readonly read_id: string
  readonly round: number
  readonly anchor: string
  readonly attributes: string | null
  readonly differences: string | null
}

/** Operations of a source whose values are not sealed. */
export async function lockUnsealedOperations(
  tx: Queryable,
  { organizationId, sourceId }: SourceName,
  rowsMax: number,
): Promise<readonly UnsealedOperation[]> {
  const text = `select o.read_id, o.round, o.anchor, o.attributes, o.differences from source_operations o
    where o.organization_id = $1 and o.read_id in (select id from source_reads where organization_id = $1 and source_id = $2)
      and (not starts_with(o.attributes, 'v1.') or not starts_with(o.differences, 'v1.'))
    order by o.read_id, o.round, o.anchor limit $3 for update`
  const { rows } = await tx.query<UnsealedOperation>({ text }, [organizationId, sourceId, rowsMax])
  return rows
}

export async function replaceOperations(
  tx: Queryable,
  organizationId: string,
  operations: readonly UnsealedOperation[],
): Promise<void> {
  if (operations.length === 0) return
  const text = `update source_operations o set attributes = w.attributes, differences = w.differences
    from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) w (read_id, round, anchor, attributes, differences)
    where o.organization_id = $1 and o.read_id = w.read_id::uuid and o.round = w.round::smallint and o.anchor = w.anchor`
  await tx.query({ text }, [
    organizationId,
    toTextArray(operations.map(({ read_id }) => read_id)),
    toTextArray(operations.map(({ round }) => String(round))),
    toTextArray(operations.map(({ anchor }) => anchor)),
    toTextArray(operations.map(({ attributes }) => attributes)),
    toTextArray(operations.map(({ differences }) => differences)),
  ])
}

export type UnsealedPiece = { readonly fileId: string; readonly startByte: number; readonly content: Buffer }

/** A piece of a file of the source that is not sealed; undefined: all are. */
export async function lockUnsealedPiece(
  tx: Queryable,
  { organizationId, sourceId }: SourceName,
): Promise<UnsealedPiece | undefined> {
  const text = `select file_id as "fileId", start_byte as "startByte", content from source_file_pieces
    where organization_id = $1 and source_id = $2 and get_byte(content, 0) <> 1 limit 1 for update`
  const { rows } = await tx.query<UnsealedPiece>({ text }, [organizationId, sourceId])
  return rows[0]
}

export async function replacePiece(tx: Queryable, organizationId: string, piece: UnsealedPiece): Promise<void> {
  const text = `update source_file_pieces set content = $4 where organization_id = $1 and file_id = $2 and start_byte = $3`
  await tx.query({ text }, [organizationId, piece.fileId, piece.startByte, piece.content])
}

export type UnsealedPage = { readonly batchId: string; readonly number: number; readonly content: Buffer }

/** The same of what was uploaded in batches. */
export async function lockUnsealedPage(
  tx: Queryable,
  { organizationId, sourceId }: SourceName,
): Promise<UnsealedPage | undefined> {
  const text = `select batch_id as "batchId", number, content from source_batch_pages
    where organization_id = $1 and source_id = $2 and get_byte(content, 0) <> 1 limit 1 for update`
  const { rows } = await tx.query<UnsealedPage>({ text }, [organizationId, sourceId])
  return rows[0]
}

export async function replacePage(tx: Queryable, organizationId: string, page: UnsealedPage): Promise<void> {
  const text = 'update source_batch_pages set content = $4 where organization_id = $1 and batch_id = $2 and number = $3'
  await tx.query({ text }, [organizationId, page.batchId, page.number, page.content])
}
