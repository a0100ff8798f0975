import type { AdminClient, ConnectionError, ProblemError } from '@rollcall/admin-api'
import { readCredentials, type Credentials } from './credentials.ts'
import type { Environment } from './environment.ts'
import { Failure, usageFailure } from './failure.ts'
import { formatItem, formatList, type Columns, type Item, type Listing, type OutputFormat } from './formats.ts'
import { confirm } from './terminal.ts'

/** Options that every command has. */
export type CommonOptions = {
  readonly json?: boolean
  readonly output?: OutputFormat
  readonly quiet?: boolean
  readonly yes?: boolean
  readonly organization?: string
}

/** What a command works with: the server, and the two streams. */
export type Session = {
  readonly environment: Environment
  readonly options: CommonOptions
  readonly client: AdminClient
  readonly now: Date
  readonly format: OutputFormat
  printItem(item: Item, columns: Columns): void
  printList(listing: Listing, columns: Columns): void
  print(text: string): void
  /** Talk: on stderr, silenced by --quiet. */
  say(text: string): void
  /** Throws when a person says no; asks nobody when nobody is there. */
  confirm(question: string): Promise<void>
}

export function openSession(environment: Environment, options: CommonOptions, version: string): Session {
  const format = formatOf(options)
  const { hasColor } = environment
  const print = (text: string): void => void process.stdout.write(text)
  const say = (text: string): void => {
    if (options.quiet !== true) process.stderr.write(`${text}\n`)
  }
  return {
    environment,
    options,
    client: lazyClient(environment, version),
    now: new Date(),
    format,
    print,
    say,
    printItem: (item, columns) => print(formatItem(item, format, columns)),
    printList: (listing, columns) => {
      print(formatList(listing, { format, columns, hasColor }))
      if (format === 'table' && listing.nextCursor !== null) say(`More: --cursor ${listing.nextCursor}`)
    },
    confirm: async (question) => {
      if (options.yes === true || !environment.isInteractive) return
      if (!(await confirm(question))) throw new Failure('Nothing was done', { code: 'declined' })
    },
  }
}

function formatOf(options: CommonOptions): OutputFormat {
  if (options.json === true && options.output !== undefined && options.output !== 'json')
    throw usageFailure('--json and --output say different things')
  return options.json === true ? 'json' : (options.output ?? 'table')
}

/** The client loads and credentials are looked for at the first request: `--help` and `completion` need neither. */
function lazyClient(environment: Environment, version: string): AdminClient {
  let client: Promise<AdminClient> | undefined
  return {
    call: async (id, input) => {
      client ??= openClient({ ...readCredentials(environment), version })
      return (await client).call(id, input)
    },
    stream: async (id, input) => {
      client ??= openClient({ ...readCredentials(environment), version })
      return (await client).stream(id, input)
    },
  }
}

/** A client whose errors are what the user reads. */
export async function openClient(options: Credentials & { readonly version: string }): Promise<AdminClient> {
  const { createAdminClient } = await import('@rollcall/admin-api')
  const { url, key, version } = options
  const client = createAdminClient({ url, key, userAgent: `rollcall-cli/${version}` })
  return {
    call: (id, input) =>
      client.call(id, input).catch((error: unknown) => {
        throw toFailure(error)
      }),
    stream: (id, input) =>
      client.stream(id, input).catch((error: unknown) => {
        throw toFailure(error)
      }),
  }
}

/** What the user reads when the server refused or did not answer. */
function toFailure(error: unknown): unknown {
  if (isProblem(error)) {
    const { problem } = error
    return new Failure(describeProblem(error), { code: problem.code, problem, cause: error })
  }
  if (!isConnectionError(error)) return error
  const origin = URL.canParse(error.url) ? new URL(error.url).origin : error.url
  return new Failure(describeConnection(error, origin), { code: 'unreachable', cause: error })
}

function describeConnection(error: ConnectionError, origin: string): string {
  if (error.cause === undefined) return `${error.message} at ${origin}. Check ROLLCALL_URL.`
  const what = `No Rollcall answers at ${origin} (${error.message}).`
  if (error.message === 'ECONNREFUSED') return `${what} Start it with: npm start`
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(error.message))
    return `${what} Name the certificate of your own authority in NODE_EXTRA_CA_CERTS.`
  return `${what} Check ROLLCALL_URL.`
}

// By name, because the classes load with the client only.
function isProblem(error: unknown): error is ProblemError {
  return error instanceof Error && error.name === 'ProblemError'
}

function isConnectionError(error: unknown): error is ConnectionError {
  return error instanceof Error && error.name === 'ConnectionError'
}

function describeProblem({ problem }: ProblemError): string {
  const place = problem.code === 'internal' ? ` (request ${problem.requestId})` : ''
  const more = (problem.errors ?? []).filter(({ detail }) => !problem.detail.includes(detail))
  return [problem.detail + place, ...more.map(({ pointer, detail }) => `  ${pointer.slice(1)}: ${detail}`)].join('\n')
}
