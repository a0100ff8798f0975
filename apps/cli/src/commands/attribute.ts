import type { RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun } from '../command.ts'
import { requireOrganization } from '../organization-scope.ts'

const columns = ['name', 'type', 'schemaName', 'writers']

type Attribute = RouteAnswer<'getAttributes'>['data'][number]

export function addAttributeCommands(program: Command): void {
  const noun = addNoun(program, 'attribute', 'what people can have, and where it comes from')
  addCommand(noun, {
    usage: 'list',
    summary: 'list attributes of people, with the sources that give each, the one that wins first',
    examples: ['attribute list --organization acme'],
    isInOrganization: true,
    run: async (session) => {
      const organization = await requireOrganization(session)
      const { data } = await session.client.call('getAttributes', { params: { organization } })
      const isTable = session.format === 'table'
      session.printList({ data: isTable ? data.map(toLine) : data, nextCursor: null }, columns)
    },
  })
}

function toLine({ writers, ...attribute }: Attribute) {
  return { ...attribute, writers: writers.map(({ name, precedence }) => `${name} (${precedence})`).join(', ') }
}
