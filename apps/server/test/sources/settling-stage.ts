import { createHash } from 'node:crypto'
import type { SourceRules } from '@rollcall/admin-api'
import { sourceRules } from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import type { Database } from '../../src/db/pool.ts'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import { applyRead } from '../../src/sources/apply/apply-read.ts'
import type { ReadWork } from '../../src/sources/read-work.ts'
import { openRecordVault } from '../../src/sources/seal/record-vault.ts'
import { settleRead } from '../../src/sources/settle/settle-read.ts'
import { createConnection, createOrganization, newId } from '../directory/fixture.ts'

/** Of all stages of a test. */
export const encryption = createEncryption([generateEncryptionKey()])

export type StageRules = Omit<Partial<SourceRules>, 'mappings'> & { readonly mappings: readonly JsonObject[] }

export type Person = {
  readonly id: string
  readonly scimId: string | null
  readonly state: string
  readonly version: number
  readonly owner: string | null
  readonly document: JsonObject
}

export type Operation = {
  readonly round: number
  readonly anchor: string
  readonly operation: string
  readonly situation: string
  readonly state: string
  readonly reason: string
  readonly name: string | null
  readonly differences: string | null
  readonly candidates: readonly string[] | null
  readonly error_detail: string | null
}

/** A source of an organization, whose records are put down as a read would, and settled and applied. */
export class SettlingStage {
  readonly database: Database
  readonly organizationId: string
  readonly sourceId: string
  now = new Date('2026-11-26T09:00:00Z')
  #revision = 0
  lastReadId = ''

  private constructor(database: Database, organizationId: string, sourceId: string) {
    this.database = database
    this.organizationId = organizationId
    this.sourceId = sourceId
  }

  static async open(
    database: Database,
    rules: StageRules,
    options: { readonly organizationId?: string; readonly precedence?: number; readonly settings?: JsonObject } = {},
  ): Promise<SettlingStage> {
    const organizationId = options.organizationId ?? (await createOrganization(database))
    const sourceId = await createConnection(database, organizationId)
    await database.query({ text: `update connections set type = 'source' where id = $1` }, [sourceId])
    const stage = new SettlingStage(database, organizationId, sourceId)
    await database.query(
      {
        text: `insert into sources (organization_id, id, kind, state, place, settings, precedence, created_by, created_at, updated_at)
          values ($1, $2, 'upload', 'active', '{}', $3, $4, 'test', $5, $5)`,
      },
      [organizationId, sourceId, JSON.stringify(options.settings ?? {}), options.precedence ?? 100, stage.now],
    )
    await stage.publish(rules)
    return stage
  }

  async publish(rules: StageRules): Promise<void> {
    const document = sourceRules.parse({ anchor: 'id', correlation: [], ...rules })
    this.#revision++
    await this.database.query(
      {
        text: `insert into source_rules (organization_id, source_id, revision, document, created_by, created_at)
          values ($1, $2, $3, $4, 'test', $5)`,
      },
      [this.organizationId, this.sourceId, this.#revision, JSON.stringify(document), this.now],
    )
    await this.database.query(
      { text: 'update sources set live_revision = $3 where organization_id = $1 and id = $2' },
      [this.organizationId, this.sourceId, this.#revision],
    )
  }

  /** A complete read that found exactly these. */
  async says(records: readonly JsonObject[], options: { readonly isApprovalNeeded?: boolean } = {}): Promise<string> {
    await this.hears(records)
    const readId = await this.#begin(options.isApprovalNeeded === true)
    await this.#run(readId, settleRead)
    if (options.isApprovalNeeded !== true) await this.apply(readId)
    return readId
  }

  /** What a complete read finds, without what follows from it. */
  async hears(records: readonly JsonObject[]): Promise<void> {
    const raws = records.map((record) => JSON.stringify(record))
    const anchors = records.map(({ id }) => String(id))
    const values = [this.organizationId, this.sourceId, newId(), this.now, anchors, raws]
    const hashes = raws.map((raw) => createHash('sha256').update(raw).digest('base64url').slice(0, 22))
    await this.database.query(
      {
        text: `insert into source_records (organization_id, source_id, anchor, raw_hash, raw, read_id, situation, place, updated_at)
          select $1, $2, w.anchor, w.hash, w.raw, $3, 'new', 'here', $4 from unnest($5::text[], $6::text[], $7::text[]) w (anchor, raw, hash)
          on conflict (organization_id, source_id, anchor) do update set raw = excluded.raw, raw_hash = excluded.raw_hash,
            is_pending = source_records.is_pending or source_records.raw_hash <> excluded.raw_hash, is_deleted = false,
            absent_reads = 0, absent_since = null`,
      },
      [...values, hashes],
    )
    await this.database.query(
      {
        text: `update source_records set absent_reads = absent_reads + 1, absent_since = coalesce(absent_since, $4)
          where organization_id = $1 and source_id = $2 and anchor <> all($3::text[])`,
      },
      [this.organizationId, this.sourceId, anchors, this.now],
    )
  }

  async #begin(requiresApproval: boolean): Promise<string> {
    const id = newId()
    this.lastReadId = id
    await this.database.query(
      {
        text: `insert into source_reads (organization_id, id, source_id, mode, state, revision, requires_approval, started_by, started_at)
          values ($1, $2, $3, 'full', 'judged', $4, $5, 'system', $6)`,
      },
      [this.organizationId, id, this.sourceId, this.#revision, requiresApproval, this.now],
    )
    return id
  }

  async apply(readId: string): Promise<void> {
    await this.#run(readId, applyRead)
    await this.database.query({ text: `update source_reads set state = 'done' where id = $1` }, [readId])
  }

  async approve(readId: string): Promise<void> {
    await this.database.query({ text: `update source_reads set approved_by = 'test' where id = $1` }, [readId])
    await this.apply(readId)
  }

  async #run(
    readId: string,
    step: (parts: { database: Database; newId: () => string }, work: ReadWork) => Promise<void>,
  ): Promise<void> {
    const { organizationId, sourceId, now, database } = this
    const work = {
      organizationId,
      sourceId,
      readId,
      now,
      signal: new AbortController().signal,
      keep: () => Promise.resolve(),
      vault: await openRecordVault({ database, encryption }, now),
    }
    return step({ database, newId }, work)
  }

  /** What became of the last read, in the order of rounds and anchors. */
  async operations(readId = this.lastReadId): Promise<readonly Operation[]> {
    const { rows } = await this.database.query<Operation>(
      {
        text: `select round, anchor, operation, situation, state, reason, name, differences, candidates, error_detail
          from source_operations where read_id = $1 order by round, anchor`,
      },
      [readId],
    )
    return rows
  }

  /** Everybody of the organization, by user name. */
  async people(): Promise<ReadonlyMap<string, Person>> {
    const { rows } = await this.database.query<Person & { readonly text: string }>(
      {
        text: `select id, scim_id as "scimId", state, version, connection_id as owner, document as text from users
          where organization_id = $1 order by id`,
      },
      [this.organizationId],
    )
    return new Map(
      rows.map(({ text, ...row }) => {
        const document = JSON.parse(text) as JsonObject
        return [String(document['userName']), { ...row, document }]
      }),
    )
  }

  async record(anchor: string): Promise<{
    situation: string
    user_id: string | null
    error_reason: string | null
    error_attribute: string | null
    error_detail: string | null
    is_pending: boolean
    left_reason: string | null
  }> {
    const { rows } = await this.database.query<Awaited<ReturnType<SettlingStage['record']>>>(
      {
        text: `select situation, user_id, error_reason, error_attribute, error_detail, is_pending, left_reason from source_records
          where organization_id = $1 and source_id = $2 and anchor = $3`,
      },
      [this.organizationId, this.sourceId, anchor],
    )
    const [row] = rows
    if (row === undefined) throw new Error(`no record ${anchor}`)
    return row
  }

  /** A day, or so many, go by. */
  later(days: number): void {
    this.now = new Date(this.now.getTime() + days * 24 * 60 * 60 * 1000)
  }
}
