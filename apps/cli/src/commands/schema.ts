import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { requireOrganization } from '../organization-scope.ts'

const columns = ['id', 'name', 'use', 'attributes']

type Registered = RouteAnswer<'registerSchema'>

type RegisterOptions = {
  readonly file: string
  readonly extends?: string
  readonly required?: boolean
  readonly resourceType?: string
  readonly endpoint?: string
}

export function addSchemaCommands(program: Command): void {
  const noun = addNoun(program, 'schema', 'SCIM schemas of an organization’s own')
  addCommand(noun, {
    usage: 'list',
    summary: 'list the schemas that the organization added to the built-in ones',
    examples: ['schema list --organization acme'],
    isInOrganization: true,
    run: async (session) => {
      const organization = await requireOrganization(session)
      const { data } = await session.client.call('getSchemas', { params: { organization } })
      const isTable = session.format === 'table'
      session.printList({ data: isTable ? data.map(toLine) : data, nextCursor: null }, columns)
    },
  })
  addCommand<RegisterOptions>(noun, {
    usage: 'register',
    summary: 'add a schema: an extension of a type that there is, or the base of a new one; it stays for good',
    examples: [
      'schema register --file badge.json --extends User --organization acme',
      'schema register --file device.json --resource-type Device --endpoint /Devices',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--file <file>', 'the schema as JSON: id, name, attributes; - reads standard input')
        .option('--extends <type>', 'the type that it extends, such as User')
        .option('--required', 'with --extends: every resource must have it')
        .option('--resource-type <name>', 'the new type whose base it is')
        .option('--endpoint <path>', 'with --resource-type, such as /Devices'),
    run: async (session, options) => {
      const use = toUse(options)
      const schema = readSchema(options.file)
      const organization = await requireOrganization(session)
      const made = await session.client.call('registerSchema', { params: { organization }, body: { schema, use } })
      session.printItem(session.format === 'table' ? toLine(made) : made, columns)
    },
  })
}

function toUse(options: RegisterOptions): RouteBody<'registerSchema'>['use'] {
  const { resourceType, endpoint, required = false } = options
  if (options.extends !== undefined && resourceType === undefined && endpoint === undefined)
    return { kind: 'extension', resourceType: options.extends, required }
  if (options.extends === undefined && resourceType !== undefined && endpoint !== undefined && !required)
    return { kind: 'resourceType', name: resourceType, endpoint }
  throw usageFailure('Give either --extends <type>, or --resource-type <name> with --endpoint <path>')
}

/** The server checks what is in it and names what is wrong. */
function readSchema(file: string): RouteBody<'registerSchema'>['schema'] {
  const text = readFileOption('--file', file)
  try {
    return JSON.parse(text) as RouteBody<'registerSchema'>['schema']
  } catch {
    throw usageFailure(`${file} is not JSON`)
  }
}

function toLine({ schema, use }: Registered) {
  return {
    id: schema.id,
    name: schema.name,
    use: use.kind === 'extension' ? `extends ${use.resourceType}` : `${use.name} at ${use.endpoint}`,
    attributes: schema.attributes.map(({ name }) => name).join(' '),
  }
}
