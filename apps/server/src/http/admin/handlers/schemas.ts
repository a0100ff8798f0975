import { apiError, type RouteAnswer } from '@rollcall/admin-api'
import type { Attribute, Schema, SchemaInput } from '@rollcall/scim'
import { findCustomTypes, registerSchema, type SchemaUse } from '../../../access/custom-types.ts'
import type { CallContext, Handlers } from '../call-context.ts'

type Registered = RouteAnswer<'registerSchema'>

export const schemaHandlers: Handlers<'getSchemas' | 'registerSchema'> = {
  getSchemas: async (context) => ({ body: { data: await readRegistered(context) } }),

  registerSchema: async (context, { body }) => {
    const organizationId = context.organization.id
    // Parsed JSON holds no undefined, which is all that the two types differ in.
    const { schema, use } = body as { schema: SchemaInput; use: SchemaUse }
    await registerSchema(context.parts.database, context.call, { organizationId, schema, use })
    const made = (await readRegistered(context)).find((one) => one.schema.id === schema.id)
    if (made === undefined) throw apiError('notFound', 'The schema was removed while it was being made')
    return { body: made }
  },
}

async function readRegistered(context: CallContext): Promise<Registered[]> {
  const {
    schemas = [],
    resourceTypes = [],
    schemaExtensions = [],
  } = await findCustomTypes(context.parts.database, context.organization.id)
  const uses = new Map<string, Registered['use']>()
  for (const { schema, name, endpoint, description } of resourceTypes)
    uses.set(schema, { kind: 'resourceType', name, endpoint, ...(description !== undefined && { description }) })
  for (const { schema, resourceType, required } of schemaExtensions)
    uses.set(schema, { kind: 'extension', resourceType, required })
  return schemas.flatMap((schema) => {
    const use = uses.get(schema.id)
    return use === undefined ? [] : [{ schema: viewSchema(schema), use }]
  })
}

function viewSchema({ id, name, description, attributes }: Schema): Registered['schema'] {
  const view = (attribute: Attribute) => ({
    ...attribute,
    canonicalValues: [...attribute.canonicalValues],
    referenceTypes: [...attribute.referenceTypes],
  })
  return {
    id,
    name,
    description,
    attributes: attributes.map((attribute) => ({
      ...view(attribute),
      subAttributes: attribute.subAttributes.map((sub) => ({ ...view(sub), subAttributes: [] })),
    })),
  }
}
