import type { Command } from 'commander'
import { InvalidArgumentError, Option } from 'commander'
import { readEnvironment } from './environment.ts'
import { outputFormats } from './formats.ts'
import { openSession, type CommonOptions, type Session } from './session.ts'
import { cliVersion } from './version.ts'

export type CommandDefinition<Options> = {
  /** With its arguments: `show <id>`. */
  readonly usage: string
  readonly summary: string
  readonly examples: readonly string[]
  /** Adds the command's own options. */
  options?(command: Command): Command
  /** Whether `--organization` makes sense. */
  readonly isInOrganization?: boolean
  run(session: Session, options: Options & CommonOptions, argument: string): Promise<void>
}

/** Adds a verb to a noun, with what every command has: output formats, --quiet, --yes, examples. */
export function addCommand<Options>(parent: Command, definition: CommandDefinition<Options>): void {
  const command = parent.command(definition.usage).summary(definition.summary).description(definition.summary)
  definition.options?.(command)
  if (definition.isInOrganization === true)
    command.option('--organization <id or slug>', 'the organization; else ROLLCALL_ORGANIZATION, else the only one')
  command
    .option('--json', 'print exactly one JSON value')
    .addOption(new Option('--output <format>', 'how to print').choices(outputFormats))
    .option('--quiet', 'print nothing on stderr but errors')
    .option('--yes', 'do not ask')
    .addHelpText('after', toExamples(definition.examples))
    .action(async () => {
      // Commander types options loosely; each definition declares what its options parse to.
      const options = command.opts<Options & CommonOptions>()
      const session = openSession(readEnvironment(), options, cliVersion)
      await definition.run(session, options, command.args[0] ?? '')
    })
}

/** A noun: a command that only groups verbs. */
export function addNoun(program: Command, name: string, summary: string): Command {
  return program.command(name).summary(summary).description(summary)
}

export function toExamples(examples: readonly string[]): string {
  return `\nExamples:\n${examples.map((line) => `  $ rollcall ${line}`).join('\n')}`
}

/** Options that repeat. */
export function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value]
}

export function parsePageSize(text: string): number {
  const size = Number(text)
  if (Number.isInteger(size) && size >= 1 && size <= 200) return size
  throw new InvalidArgumentError('Wanted is a whole number from 1 to 200.')
}

/** The server says how many are too many. */
export function parseWholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Wanted is a whole number from 1 on.')
}

export type VersionOptions = { readonly ifVersion?: string }

export function withVersionOption(command: Command): Command {
  return command.option('--if-version <number>', 'only if this is still the version')
}

/** The part of a call that makes it depend on the version. */
export function toIfMatch({ ifVersion }: VersionOptions): { readonly ifMatch?: string } {
  return ifVersion === undefined ? {} : { ifMatch: `"${ifVersion}"` }
}

export type ListOptions = { readonly limit?: number; readonly cursor?: string; readonly total?: boolean }

export function withListOptions(command: Command): Command {
  return command
    .option('--limit <number>', 'entries of a page, 200 at most', parsePageSize)
    .option('--cursor <cursor>', 'go on where nextCursor points')
    .option('--total', 'count all entries; may be slow')
}

/** The part of the query that every list has. */
export function toPageQuery(options: ListOptions) {
  return { limit: options.limit, cursor: options.cursor, total: options.total }
}
