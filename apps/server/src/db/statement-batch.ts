import type pg from 'pg'
import { unwatch, watch, type Waiting } from './answer-watch.ts'
import { MessageWriter, type Plain } from './message-writer.ts'

/** A statement that waits for its answer. */
export type Pending = {
  /** "": it is parsed and described each time. */
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

/** What the rows of a statement look like. */
type Shape = {
  readonly columns: readonly Column[]
  /** A row in which nothing has a value: its copies are far smaller, and faster, than what grows column by column. */
  readonly empty: Row
}

type Shapes = Map<string, Shape>

/** The columns of named statements: they are told once a connection, and not with every answer. */
const shapesOf = new WeakMap<pg.Connection, Shapes>()
const noColumns: Shape = { columns: [], empty: {} }

/** Why a statement got no answer: another one of its batch failed, so it may simply be asked again. */
export class BatchBroken extends Error {}

const writer = new MessageWriter()

/** Finds what reads the text of a type, by the type's number in PostgreSQL. */
export type FindParser = (typeId: number) => (text: string) => unknown

/**
 * Statements that go to PostgreSQL in one message and come back in one: one Sync, so one wake-up of each side.
 * They share a transaction, so more than one of them only reads; each sees what was committed before it began.
 *
 * pg's own query describes every answer anew and sends each message in a buffer of its own: half of its work here.
 */
export class StatementBatch implements pg.Submittable, Waiting {
  /** Called once, when the connection is free again or lost. */
  callback: ((error?: unknown) => void) | undefined
  untilMs = 0
  readonly #timeoutMs: number
  readonly #pending: readonly Pending[]
  readonly #findParser: FindParser
  #shapes: Shapes = new Map()
  #isSent = false
  #answered = 0
  #rows: Row[] = []

  constructor(
    pending: readonly Pending[],
    given: {
      readonly findParser: FindParser
      /** From when it was sent. */
      readonly timeoutMs: number
      readonly callback?: (error?: unknown) => void
    },
  ) {
    this.#pending = pending
    this.#findParser = given.findParser
    this.#timeoutMs = given.timeoutMs
    this.callback = given.callback
  }

  // With these two pg itself keeps account of what the connection has prepared.
  get name(): string | undefined {
    return this.#pending[this.#answered]?.name
  }
  get text(): string | undefined {
    return this.#pending[this.#answered]?.text
  }

  /** Gives back what kept it from being sent; pg hands that to {@link handleError}. */
  submit(connection: pg.Connection): Error | undefined {
    this.#shapes = findShapes(connection)
    try {
      this.#write(connection as Connection) // pg's types leave out what it has prepared.
      connection.stream.write(writer.take())
      this.#isSent = true
      this.untilMs = performance.now() + this.#timeoutMs
      watch(this)
      return undefined
    } catch (error) {
      writer.clear()
      return error instanceof Error ? error : new Error('A statement could not be written', { cause: error })
    }
  }

  #write({ parsedStatements }: Connection): void {
    const prepared = new Map<string, string>()
    const described = new Set<string>()
    for (const { name, text, values } of this.#pending) {
      const known = name === '' ? undefined : (parsedStatements[name] ?? prepared.get(name))
      if (known !== undefined && known !== text) throw new Error(`Two statements are named "${name}": rename one`)
      if (known === undefined) {
        prepared.set(name, text)
        writer.parse(name, text)
      }
      // pg itself may have prepared it: lists are sent by pg.
      if (name === '') this.#shapes.delete(name)
      if (!this.#shapes.has(name) && !described.has(name)) {
        described.add(name)
        writer.describe(name)
      }
      writer.run(name, values)
    }
    writer.sync()
  }

  handleRowDescription({ fields }: { readonly fields: readonly pg.FieldDef[] }): void {
    const { name } = this
    const columns = fields.map((field) => ({ name: field.name, parse: this.#findParser(field.dataTypeID) }))
    if (name !== undefined) this.#shapes.set(name, { columns, empty: toEmpty(columns) })
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const shape = this.#shapes.get(this.name ?? '')
    if (shape !== undefined) this.#rows.push(toRow(shape, fields))
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    const rows = this.#rows
    const { name } = this
    this.#rows = []
    // It was described and told of no columns: it has none.
    if (name !== undefined && !this.#shapes.has(name)) this.#shapes.set(name, noColumns)
    // "INSERT 0 1", "SELECT 3"
    const rowCount = Number(text.slice(text.lastIndexOf(' ') + 1))
    this.#pending[this.#answered++]?.resolve({ rows, rowCount: Number.isNaN(rowCount) ? 0 : rowCount })
  }

  /** PostgreSQL answers nothing of a batch behind an error. */
  handleError(error: unknown): void {
    const open = this.#pending.slice(this.#answered)
    this.#answered = this.#pending.length
    // Which of several could not be written shows when each is sent alone.
    const isKnown = this.#isSent || open.length === 1
    if (isKnown) open.shift()?.reject(error)
    for (const pending of open) pending.reject(new BatchBroken('Another read of the batch failed', { cause: error }))
    this.#end(error ?? new Error('The batch failed'))
  }

  handleReadyForQuery(): void {
    this.#end()
  }

  #end(error?: unknown): void {
    unwatch(this)
    const { callback } = this
    this.callback = undefined
    callback?.(error)
  }
}

function findShapes(connection: pg.Connection): Shapes {
  const known = shapesOf.get(connection)
  if (known !== undefined) return known
  const shapes: Shapes = new Map()
  shapesOf.set(connection, shapes)
  return shapes
}

/** What JSON's own reader makes has all of its members in place, where V8 takes one that grows for a dictionary. */
function toEmpty(columns: readonly Column[]): Row {
  return JSON.parse(JSON.stringify(Object.fromEntries(columns.map(({ name }) => [name, null])))) as Row // It was one.
}

function toRow({ columns, empty }: Shape, fields: readonly (string | null)[]): Row {
  const row = { ...empty }
  for (let index = 0; index < columns.length; index++) {
    const column = columns[index]
    const text = fields[index]
    if (column !== undefined && typeof text === 'string') row[column.name] = column.parse(text)
  }
  return row
}
