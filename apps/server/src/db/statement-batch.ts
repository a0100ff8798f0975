import type pg from 'pg'
import { MessageWriter, type Plain } from './message-writer.ts'

/** A named statement that waits for its answer. */
export type Pending = {
  readonly name: string
  readonly text: string
  readonly values: readonly Plain[]
  resolve(answer: Answer): void
  reject(error: unknown): void
}

export type Answer = { readonly rows: readonly Row[]; readonly rowCount: number }

type Row = Record<string, unknown>
type Column = { readonly name: string; readonly parse: (text: string) => unknown }
type Connection = pg.Connection & { readonly parsedStatements: Readonly<Record<string, string>> }

/** The columns of named statements: they are told when a statement is prepared, and not with every answer. */
export type Columns = Map<string, readonly Column[]>

/** Why a statement got no answer: another one of its batch failed, so it may simply be asked again. */
export class BatchBroken extends Error {}

const writer = new MessageWriter()

/** Finds what reads the text of a type, by the type's number in PostgreSQL. */
export type FindParser = (typeId: number) => (text: string) => unknown

/**
 * Named statements that go to PostgreSQL in one message and come back in one: one Sync, so one wake-up of each side.
 * They share a transaction, so more than one of them only reads; each sees what was committed before it began.
 *
 * pg's own query describes every answer anew and sends each message in a buffer of its own: half of its work here.
 */
export class StatementBatch implements pg.Submittable {
  /** Called once, when the connection is free again or lost; pg puts its timeout around it. */
  callback: ((error?: unknown) => void) | undefined
  readonly query_timeout: number | undefined
  readonly #pending: readonly Pending[]
  readonly #columns: Columns
  readonly #findParser: FindParser
  #answered = 0
  #rows: Row[] = []

  constructor(
    pending: readonly Pending[],
    given: {
      readonly columns: Columns
      readonly findParser: FindParser
      readonly timeoutMs?: number | undefined
      readonly callback?: (error?: unknown) => void
    },
  ) {
    this.#pending = pending
    this.#columns = given.columns
    this.#findParser = given.findParser
    this.query_timeout = given.timeoutMs
    this.callback = given.callback
  }

  // With these two pg itself keeps account of what the connection has prepared.
  get name(): string | undefined {
    return this.#pending[this.#answered]?.name
  }
  get text(): string | undefined {
    return this.#pending[this.#answered]?.text
  }

  submit(connection: pg.Connection): void {
    const { parsedStatements } = connection as Connection // pg's types leave it out.
    const fresh = new Set<string>()
    for (const { name, text, values } of this.#pending) {
      if (parsedStatements[name] === undefined && !fresh.has(name)) {
        fresh.add(name)
        writer.parse(name, text)
        writer.describe(name)
      }
      writer.run(name, values)
    }
    writer.sync()
    connection.stream.write(writer.take())
  }

  handleRowDescription({ fields }: { readonly fields: readonly pg.FieldDef[] }): void {
    const { name } = this
    const columns = fields.map((field) => ({ name: field.name, parse: this.#findParser(field.dataTypeID) }))
    if (name !== undefined) this.#columns.set(name, columns)
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const columns = this.#columns.get(this.name ?? '')
    if (columns !== undefined) this.#rows.push(toRow(columns, fields))
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const rows = this.#rows
    this.#rows = []
    // "INSERT 0 1", "SELECT 3"
    const rowCount = Number(text.slice(text.lastIndexOf(' ') + 1))
    this.#pending[this.#answered++]?.resolve({ rows, rowCount: Number.isNaN(rowCount) ? 0 : rowCount })
  }

  /** PostgreSQL answers nothing of a batch behind an error. */
  handleError(error: unknown): void {
    const [failed, ...rest] = this.#pending.slice(this.#answered)
    this.#answered = this.#pending.length
    failed?.reject(error)
    for (const pending of rest) pending.reject(new BatchBroken('Another read of the batch failed', { cause: error }))
    this.#end(error ?? new Error('The batch failed'))
  }

  handleReadyForQuery(): void {
    this.#end()
  }

  #end(error?: unknown): void {
    const { callback } = this
    this.callback = undefined
    callback?.(error)
  }
}

function toRow(columns: readonly Column[], fields: readonly (string | null)[]): Row {
  const row: Row = {}
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]
    const text = fields[index]
    if (column !== undefined) row[column.name] = typeof text === 'string' ? column.parse(text) : null
  }
  return row
}
