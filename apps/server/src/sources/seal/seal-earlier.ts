import { sourceRules } from '@rollcall/admin-api'
import {
  lockRecordsBehind,
  lockUnsealedOperations,
  lockUnsealedPage,
  lockUnsealedPiece,
  replaceOperations,
  replacePage,
  replacePiece,
  replaceStoredRecords,
  selectUnsealedSources,
  updateSealedRevision,
  type UnsealedRecord,
} from '../../db/queries/source-sealing.ts'
import type { SourceName } from '../../db/queries/source-settling.ts'
import type { Database } from '../../db/pool.ts'
import { transaction, type Transaction } from '../../db/transaction.ts'
import { secretColumnsOf } from '../hide-secrets.ts'
import { parseRaw } from '../settle/read-record.ts'
import { placeOfBatch, placeOfPiece } from './places.ts'
import { isSealed, openRecordVault, type RecordVault, type VaultParts } from './record-vault.ts'
import { sealOperation, sealRaw, type SealingSite } from './seal-records.ts'

const rowsPerTransaction = 1_000

type Site = SealingSite & { readonly name: SourceName; readonly secret: ReadonlySet<string> }

/**
 * Seals what was written down before its rules called it secret, or before anything was sealed here: records, what reads have
 * planned, files and batches. May stop anywhere and begins that source again.
 */
export async function sealEarlier(
  parts: VaultParts & { readonly database: Database },
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  const { database } = parts
  const sources = await selectUnsealedSources(database)
  if (sources.length === 0) return
  const vault = await openRecordVault(parts, now)
  for (const { revision, document, ...name } of sources) {
    const site = { name, vault, secret: secretColumnsOf(sourceRules.parse(document)) }
    for (const step of [sealPlanned, sealPiece, sealPage])
      while (await transaction(database, (tx) => step(tx, site))) signal.throwIfAborted()
    for (let after: string | undefined = ''; after !== undefined;) {
      signal.throwIfAborted()
      const from: string = after
      after = await transaction(database, (tx) => sealRecords(tx, site, from))
    }
    await updateSealedRevision(database, name, revision)
  }
}

/** The anchor of the last of them; undefined: there are no more. */
async function sealRecords(tx: Transaction, site: Site, after: string): Promise<string | undefined> {
  const { name } = site
  const records = await lockRecordsBehind(tx, name, { after, rowsMax: rowsPerTransaction })
  const sealed = records.map((record) => {
    const text = sealText(record, site)
    return { ...record, ...text, mapped: isSealed(text.raw) ? sealEarlierMapped(record, site) : record.mapped }
  })
  const isChanged = (record: UnsealedRecord, index: number): boolean =>
    record.raw !== records[index]?.raw || record.mapped !== records[index]?.mapped
  await replaceStoredRecords(tx, name, sealed.filter(isChanged))
  return records.length < rowsPerTransaction ? undefined : records.at(-1)?.anchor
}

/** Rules that knew of no secret said of nothing that it was one. */
function sealEarlierMapped({ anchor, mapped }: UnsealedRecord, { name, vault }: Site): string | null {
  return mapped === null || isSealed(mapped) ? mapped : vault.seal(mapped, { ...name, part: 'mapped', anchor })
}

type Text = Omit<UnsealedRecord, 'mapped'>

function sealText(record: Text, site: Site): Pick<Text, 'raw' | 'raw_hash'> {
  const { anchor, raw, raw_hash: hash } = record
  if (isSealed(raw)) return record
  const sealed = sealRaw({ anchor, raw, hash, attributes: parseRaw(raw) }, site)
  return { raw: sealed.raw, raw_hash: sealed.hash }
}

async function sealPlanned(tx: Transaction, site: Site): Promise<boolean> {
  const operations = await lockUnsealedOperations(tx, site.name, rowsPerTransaction)
  const sealed = operations.map((operation) => sealUnsealed(operation, site))
  await replaceOperations(tx, site.name.organizationId, sealed)
  return operations.length > 0
}

type Planned = Parameters<typeof replaceOperations>[2][number]

function sealUnsealed(operation: Planned, site: Site): Planned {
  const open = ({ attributes, differences }: Planned) => ({
    attributes: attributes === null || isSealed(attributes) ? null : attributes,
    differences: differences === null || isSealed(differences) ? null : differences,
  })
  const { attributes, differences } = sealOperation({ ...operation, ...open(operation) }, site)
  return {
    ...operation,
    attributes: attributes ?? operation.attributes,
    differences: differences ?? operation.differences,
  }
}

async function sealPiece(tx: Transaction, { name, vault }: Site): Promise<boolean> {
  const piece = await lockUnsealedPiece(tx, name)
  if (piece === undefined) return false
  await replacePiece(tx, name.organizationId, sealContent(piece, placeOfPiece({ ...name, ...piece }), vault))
  return true
}

async function sealPage(tx: Transaction, { name, vault }: Site): Promise<boolean> {
  const page = await lockUnsealedPage(tx, name)
  if (page === undefined) return false
  await replacePage(tx, name.organizationId, sealContent(page, placeOfBatch({ ...name, ...page }), vault))
  return true
}

function sealContent<Stored extends { readonly content: Buffer }>(
  stored: Stored,
  place: string,
  vault: RecordVault,
): Stored {
  return { ...stored, content: vault.sealBytes(stored.content, place) }
}
