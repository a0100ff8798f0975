import type { Command } from 'commander'
import { addCommand, toPageQuery, withListOptions, type ListOptions } from './command.ts'
import type { Columns } from './formats.ts'
import { toListing } from './listing.ts'
import { requireOrganization } from './organization-scope.ts'
import type { Session } from './session.ts'

export type ListDefinition = {
  readonly summary: string
  readonly example: string
  readonly columns: Columns
  read(
    session: Session,
    organization: string,
    query: ReturnType<typeof toPageQuery>,
  ): Promise<Parameters<typeof toListing>[0]>
}

/** Adds the verb `list` to a noun that belongs to an organization. */
export function addListCommand(noun: Command, definition: ListDefinition): void {
  const { summary, example, columns } = definition
  addCommand<ListOptions>(noun, {
    usage: 'list',
    summary,
    examples: [example],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      session.printList(toListing(await definition.read(session, organization, toPageQuery(options))), columns)
    },
  })
}
