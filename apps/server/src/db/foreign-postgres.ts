import { isIP } from 'node:net'
import pg from 'pg'

/** Where somebody else's PostgreSQL is, with the address that was looked at. */
export type ForeignDatabase = {
  readonly address: string
  /** The name or address that its certificate must carry; undefined: without TLS. */
  readonly tlsName: string | undefined
  readonly ca: string | undefined
  readonly port: number
  readonly database: string
  readonly user: string
  readonly password: string
  readonly statementSeconds: number
}

export type ForeignRow = Readonly<Record<string, string | number | boolean | object | null>>

/** Rows of a query, behind a row, in the order of `order`. */
export type ForeignPage = {
  /** One SELECT of an administrator. */
  readonly query: string
  /** Columns that rows are ordered by and go on behind; the last is unique. */
  readonly order: readonly string[]
  /** Values of these columns of the last row; undefined: from the beginning. */
  readonly after: readonly string[] | undefined
  /** Only rows whose first ordering column is at least this. */
  readonly from: string | undefined
  readonly rowsMax: number
}

export type ForeignConnection = {
  readPage(page: ForeignPage): Promise<{ readonly rows: readonly ForeignRow[]; readonly columns: readonly string[] }>
  /** What time it is there. */
  readTime(): Promise<string>
  readMaximum(query: string, column: string): Promise<string | null>
  close(): Promise<void>
}

const connectMsMax = 15_000
const boolean = 16
const jsonTypes = new Set([114, 3802])
const numberTypes = new Set([20, 21, 23, 700, 701])

/** Connects to read and nothing else: the session cannot write, and no statement runs longer than it may. */
export async function connectForeign(place: ForeignDatabase): Promise<ForeignConnection> {
  const { address, tlsName, ca, port, database, user, password, statementSeconds } = place
  const client = new pg.Client({
    host: address,
    port,
    database,
    user,
    password,
    ssl:
      tlsName === undefined
        ? false
        : {
            ...(isIP(tlsName) === 0 && { servername: tlsName }),
            host: tlsName,
            rejectUnauthorized: true,
            ...(ca !== undefined && { ca }),
          },
    connectionTimeoutMillis: connectMsMax,
    query_timeout: (statementSeconds + 5) * 1_000,
    application_name: 'rollcall',
    options: `-c default_transaction_read_only=on -c statement_timeout=${statementSeconds}s -c DateStyle=ISO -c TimeZone=UTC -c client_encoding=UTF8`,
    types: { getTypeParser: toParser },
  })
  // A connection that breaks between two pages is noticed by the next one.
  client.on('error', () => {})
  await client.connect()
  return {
    readPage: (page) => readPage(client, page),
    readTime: async () => {
      const { rows } = await client.query<{ now: string }>('select clock_timestamp() as now')
      return rows[0]?.now ?? ''
    },
    readMaximum: async (query, column) => {
      const text = `select max(${quote(column)})::text as most from (${body(query)}\n) as source`
      const { rows } = await client.query<{ most: string | null }>(single(text))
      return rows[0]?.most ?? null
    },
    close: () => client.end(),
  }
}

async function readPage(
  client: pg.Client,
  page: ForeignPage,
): Promise<{ rows: readonly ForeignRow[]; columns: readonly string[] }> {
  const { order, after, from, rowsMax } = page
  const columns = order.map(quote).join(', ')
  const values: string[] = []
  const conditions: string[] = []
  if (from !== undefined) conditions.push(`${quote(order[0] ?? '')} >= $${values.push(from)}`)
  if (after !== undefined)
    conditions.push(`(${columns}) > (${after.map((value) => `$${values.push(value)}`).join(', ')})`)
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
  const text = `select * from (${body(page.query)}\n) as source ${where} order by ${columns} limit ${rowsMax}`
  const result = await client.query<ForeignRow>(single(text, values))
  return { rows: result.rows, columns: result.fields.map(({ name }) => name) }
}

/** In this mode, with parameters or without, the protocol refuses two statements in one. */
function single(text: string, values: string[] = []): pg.QueryConfig {
  const statement: pg.QueryConfig & { readonly queryMode: 'extended' } = { text, values, queryMode: 'extended' }
  return statement
}

function body(query: string): string {
  return query.trim().replace(/;+$/, '')
}

function quote(name: string): string {
  return pg.escapeIdentifier(name)
}

/** Values as PostgreSQL writes them, but for those that JSON has too. */
function toParser(type: number): (text: string) => unknown {
  if (type === boolean) return (text) => text === 't'
  if (jsonTypes.has(type)) return (text): unknown => JSON.parse(text)
  if (numberTypes.has(type))
    return (text) => {
      const number = Number(text)
      return Number.isFinite(number) && (!Number.isInteger(number) || Number.isSafeInteger(number)) ? number : text
    }
  return (text) => text
}
