import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'

const attributeFields = {
  name: z.string().min(1).max(100),
  type: z.enum(['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary', 'complex']).optional(),
  multiValued: z.boolean().optional(),
  description: z.string().max(1_000).optional(),
  required: z.boolean().optional(),
  canonicalValues: z.array(z.string().max(200)).max(200).optional(),
  caseExact: z.boolean().optional(),
  mutability: z.enum(['readOnly', 'readWrite', 'immutable', 'writeOnly']).optional(),
  returned: z.enum(['always', 'never', 'default', 'request']).optional(),
  uniqueness: z.enum(['none', 'server', 'global']).optional(),
  referenceTypes: z.array(z.string().max(200)).max(50).optional(),
}

// RFC 7643 §2.3.8: a complex attribute holds no complex ones.
const subAttribute = z
  .strictObject({ ...attributeFields, subAttributes: z.array(z.never()).optional() })
  .meta({ id: 'SubAttribute' })

const attribute = z
  .strictObject({ ...attributeFields, subAttributes: z.array(subAttribute).max(100).optional() })
  .describe('What is left out takes the default of RFC 7643 §2.2')
  .meta({ id: 'Attribute' })

const schema = z
  .strictObject({
    id: z.string().max(200).describe('The URN of the schema'),
    name: z.string().min(1).max(100),
    description: z.string().max(1_000).optional(),
    attributes: z.array(attribute).min(1).max(200),
  })
  .meta({ id: 'ScimSchema' })

const use = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('extension'),
      resourceType: z.string().max(100).describe('The type that it extends, such as User'),
      required: z.boolean().default(false),
    }),
    z.strictObject({
      kind: z.literal('resourceType'),
      name: z.string().min(1).max(100),
      endpoint: z.string().max(100).describe('Such as /Devices'),
      description: z.string().max(1_000).optional(),
    }),
  ])
  .describe('An extension of a type that there is, or the base of a new one')
  .meta({ id: 'SchemaUse' })

const registered = z.object({ schema, use }).meta({ id: 'RegisteredSchema' })

export const schemaRoutes = {
  getSchemas: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/schemas',
    tag: 'Schemas',
    summary: 'The SCIM schemas that the organization added to the built-in ones',
    scope: 'connections:read',
    params: inOrganization,
    query: none,
    body: null,
    status: 200,
    answer: z.object({ data: z.array(registered) }).meta({ id: 'RegisteredSchemas' }),
    errors: [],
  },
  registerSchema: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/schemas',
    tag: 'Schemas',
    summary: 'Add a SCIM schema; all connections serve it within a second. It stays for good',
    scope: 'connections:manage',
    params: inOrganization,
    query: none,
    body: z.strictObject({ schema, use }).meta({ id: 'SchemaRegister' }),
    status: 201,
    answer: registered,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
