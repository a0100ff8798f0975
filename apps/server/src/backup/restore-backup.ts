import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { createZstdDecompress } from 'node:zlib'
import type { Clock } from '../clock.ts'
import { copySession, type CopySession } from '../db/copy-session.ts'
import { applyMigrations, readMigrations, type Migration } from '../db/migrate.ts'
import {
  analyze,
  beginFilling,
  copyInText,
  createIndex,
  dropEverything,
  dropIndex,
  endFilling,
  restartIdentity,
  selectLooseIndexes,
  selectOtherSessionCount,
  selectTables,
} from '../db/queries/catalogue.ts'
import { selectOrganizationCount } from '../db/queries/row-counts.ts'
import type { Database } from '../db/pool.ts'
import { OperatorError } from '../operator-error.ts'
import { resumeRestoredApps } from '../provisioning/restored-apps.ts'
import { resumeRestoredSources } from '../sources/restored-sources.ts'
import { resumeTeamRules } from '../team-rules/restored-rules.ts'
import { damaged } from './byte-reader.ts'
import { openBackup, type BackupHeader, type BackupSecret } from './container.ts'
import { countRows, decodeRecords, type BackupRecord, type TableEnd, type TableStart, type Totals } from './records.ts'

export type RestoreOptions = {
  readonly file: string
  readonly secret: BackupSecret
  readonly clock: Clock
  /** Replaces what the database holds. */
  readonly force: boolean
}

/** Opens the whole file and compares its checksums and counts; touches no database. */
export async function verifyBackup({
  file,
  secret,
}: Pick<RestoreOptions, 'file' | 'secret'>): Promise<Totals & { readonly header: BackupHeader }> {
  const { header, records } = await openRecords(file, secret)
  const found = { tables: 0, rows: 0 }
  for (let record = await nextRecord(records); record.kind !== 'end'; record = await nextRecord(records)) {
    if (record.kind !== 'table') throw damaged()
    const check = checkedData(records)
    for await (const _ of check.data);
    found.tables++
    found.rows += check.end().rows
    if (found.tables > tablesMax) throw damaged()
  }
  return { header, ...found }
}

const tablesMax = 10_000

/**
 * Puts a backup into an empty database, in one transaction: the tables as they were when it was made, then the migrations
 * that came since. Everything is verified before anything is touched. Apps are evaluated anew when it is done.
 */
export async function restoreBackup(
  database: Database,
  options: RestoreOptions,
): Promise<Totals & { readonly header: BackupHeader }> {
  const verified = await verifyBackup(options)
  const migrations = await readMigrations()
  refuseOther(verified.header, migrations)
  const { records } = await openRecords(options.file, options.secret)
  const done = verified.header.migrations.length
  await copySession(database, 'writing', async (session) => {
    await refuseUsed(session, options.force)
    await dropEverything(session)
    await applyMigrations(session, migrations.slice(0, done), options.clock())
    await fillTables(session, records)
    await applyMigrations(session, migrations.slice(done), options.clock())
    await resumeRestoredApps(session, options.clock())
    await resumeTeamRules(session, options.clock())
    await resumeRestoredSources(session)
  })
  await analyze(database)
  return verified
}

async function openRecords(file: string, secret: BackupSecret) {
  const source = createReadStream(file, { highWaterMark: 256 * 1024 })
  source.on('error', () => {})
  const { header, content } = await openBackup(source as AsyncIterable<Buffer>, secret)
  const plain = Readable.from(content).on('error', (error) => unpacked.destroy(error))
  const unpacked = plain.pipe(createZstdDecompress())
  return { header, records: decodeRecords(unpacked as AsyncIterable<Buffer>) }
}

function refuseOther({ migrations: applied, version }: BackupHeader, known: readonly Migration[]): void {
  const other = applied.find(({ version: number, checksum }) => known[number - 1]?.checksum !== checksum)
  if (other === undefined) return
  throw new OperatorError(
    other.version > known.length
      ? `The backup is newer than this Rollcall: it was made by ${version} and has ${other.name}. Restore it with that version.`
      : `The migration ${other.name} of the backup has another content than here: it was made by another Rollcall.`,
  )
}

async function refuseUsed(session: CopySession, force: boolean): Promise<void> {
  if ((await selectOtherSessionCount(session)) > 0)
    throw new OperatorError('Other Rollcall processes use this database: stop them first')
  if (force) return
  const tables = await selectTables(session)
  if (!tables.some(({ name }) => name === 'organizations')) return
  if ((await selectOrganizationCount(session)) === 0) return
  throw new OperatorError('The database is not empty. Restore into a new one, or replace what it holds with --force')
}

/** Triggers stay off, since what they did is in the backup; indexes are made once all rows are there. */
async function fillTables(session: CopySession, records: AsyncGenerator<BackupRecord>): Promise<void> {
  const tables = new Map((await selectTables(session)).map((table) => [table.name, table]))
  const indexes = await selectLooseIndexes(session)
  for (const { name } of indexes) await dropIndex(session, name)
  for (let record = await nextRecord(records); record.kind !== 'end'; record = await nextRecord(records)) {
    if (record.kind !== 'table') throw damaged()
    const known = tables.get(record.table.name)
    if (known === undefined)
      throw new OperatorError(`The backup has a table ${record.table.name} that no migration makes`)
    await fillTable(session, record.table, records)
    for (const column of known.identityColumns) await restartIdentity(session, known.name, column)
  }
  for (const { definition } of indexes) await createIndex(session, definition)
}

async function fillTable(
  session: CopySession,
  { name, columns }: TableStart,
  records: AsyncGenerator<BackupRecord>,
): Promise<void> {
  await beginFilling(session, name)
  const check = checkedData(records)
  const rows = await session.copyIn(copyInText(name, columns), check.data)
  if (rows !== check.end().rows) throw damaged()
  await endFilling(session, name)
}

/** The rows of one table up to its end, where count and checksum must agree. */
function checkedData(records: AsyncGenerator<BackupRecord>): {
  readonly data: AsyncGenerator<Buffer>
  end(): TableEnd
} {
  let end: TableEnd | undefined
  const read = async function* (): AsyncGenerator<Buffer> {
    const hash = createHash('sha256')
    let rows = 0
    for (;;) {
      const record = await nextRecord(records)
      if (record.kind === 'data') {
        hash.update(record.bytes)
        rows += countRows(record.bytes)
        yield record.bytes
        continue
      }
      if (record.kind !== 'tableEnd') throw damaged()
      if (record.end.rows !== rows || record.end.sha256 !== hash.digest('hex')) throw damaged()
      end = record.end
      return
    }
  }
  return {
    data: read(),
    end: () => {
      if (end === undefined) throw damaged()
      return end
    },
  }
}

async function nextRecord(records: AsyncGenerator<BackupRecord>): Promise<BackupRecord> {
  const next = await records.next()
  if (next.done === true) throw damaged()
  return next.value
}
