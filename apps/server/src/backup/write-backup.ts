import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { constants, createZstdCompress } from 'node:zlib'
import type { Clock } from '../clock.ts'
import { copySession, type CopySession } from '../db/copy-session.ts'
import { selectAppliedMigrations } from '../db/migrate.ts'
import { copyOutText, selectTables, type CatalogueTable } from '../db/queries/catalogue.ts'
import { selectServerState } from '../db/queries/server-state.ts'
import type { Database } from '../db/pool.ts'
import { sealBackup, type BackupSecret } from './container.ts'
import { countRows, encodeRecord, type BackupRecord, type Totals } from './records.ts'

export type BackupOptions = {
  readonly file: string
  readonly secret: BackupSecret
  readonly clock: Clock
  readonly version: string
}

const fileMode = 0o600
const compression = { params: { [constants.ZSTD_c_compressionLevel]: 3 } }

/**
 * Writes all tables, as one moment saw them, into one sealed file, in memory that does not grow with them.
 * The file appears when it is whole: a backup that failed leaves none.
 */
export async function writeBackup(
  database: Database,
  options: BackupOptions,
): Promise<Totals & { readonly bytes: number }> {
  const draft = `${options.file}.partial`
  try {
    const totals = await copySession(database, 'snapshot', (session) => writeDraft(session, draft, options))
    const bytes = await syncFile(draft)
    await rename(draft, options.file)
    await syncFolder(dirname(options.file))
    return { ...totals, bytes }
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function writeDraft(session: CopySession, draft: string, options: BackupOptions): Promise<Totals> {
  const { secret, clock, version } = options
  const migrations = await selectAppliedMigrations(session)
  const { version: postgres } = await selectServerState(session)
  const header = { createdAt: clock().toISOString(), version, postgres, migrations }
  const totals = { tables: 0, rows: 0 }
  await pipeline(
    () => encodeAll(session, totals),
    createZstdCompress(compression),
    (compressed: AsyncIterable<Buffer>) => sealBackup(header, secret, compressed),
    createWriteStream(draft, { mode: fileMode, flags: 'w' }),
  )
  return totals
}

async function* encodeAll(session: CopySession, totals: { tables: number; rows: number }): AsyncGenerator<Buffer> {
  for (const table of await selectTables(session))
    for await (const record of readTable(session, table)) {
      if (record.kind === 'tableEnd') {
        totals.tables++
        totals.rows += record.end.rows
      }
      yield encodeRecord(record)
    }
  yield encodeRecord({ kind: 'end', totals })
}

async function* readTable(session: CopySession, table: CatalogueTable): AsyncGenerator<BackupRecord> {
  const columns = table.columns.filter((name) => !table.xidColumns.includes(name))
  yield { kind: 'table', table: { name: table.name, columns } }
  const hash = createHash('sha256')
  let rows = 0
  for await (const bytes of session.copyOut(copyOutText(table.name, columns)) as AsyncIterable<Buffer>) {
    hash.update(bytes)
    rows += countRows(bytes)
    yield { kind: 'data', bytes }
  }
  yield { kind: 'tableEnd', end: { rows, sha256: hash.digest('hex') } }
}

/** A backup that the next power cut takes away would be none. */
async function syncFile(path: string): Promise<number> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  await folder.sync().finally(() => folder.close())
}
