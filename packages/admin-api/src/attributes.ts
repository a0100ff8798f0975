import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { idOf } from './values.ts'

const writer = z
  .object({
    sourceId: idOf('source'),
    name: z.string(),
    kind: z.enum(['direct', 'constant', 'expression', 'reference', 'generated']).describe('`generated`: a user name'),
    rule: z.string().describe('A column, a value or an expression'),
    apply: z.enum(['always', 'onCreate', 'ifEmpty']),
    precedence: z.int().describe('Where several sources say something of one person, the smaller number wins'),
    isOverridden: z.boolean().describe('The source has another precedence elsewhere'),
  })
  .meta({ id: 'AttributeWriter' })

const attribute = z
  .object({
    name: z.string().describe('As rules write it, such as `emails[type eq "work"].value`'),
    type: z.string(),
    isMultiValued: z.boolean(),
    isRequired: z.boolean(),
    isReadOnly: z.boolean().describe('Only Rollcall itself writes it'),
    isMappable: z.boolean().describe('Rules of sources may write it'),
    isCaseExact: z.boolean(),
    uniqueness: z.enum(['none', 'server', 'global']),
    canonicalValues: z.array(z.string()),
    description: z.string(),
    schema: z.string().describe('The URN of its schema'),
    schemaName: z.string(),
    isCustom: z.boolean().describe('The organization added the schema'),
    writers: z.array(writer).describe('Sources whose live rules give it, the one that wins first'),
  })
  .meta({ id: 'PersonAttribute' })

export const attributeRoutes = {
  getAttributes: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/attributes',
    tag: 'Attributes',
    summary: 'What people can have: all attributes of the schemas, and which sources give each',
    scope: 'sources:read',
    params: inOrganization,
    query: none,
    body: null,
    status: 200,
    answer: z.object({ data: z.array(attribute) }).meta({ id: 'PersonAttributes' }),
    errors: [],
  },
} as const satisfies Record<string, Route>
