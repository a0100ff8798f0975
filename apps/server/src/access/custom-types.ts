import {
  createRegistry,
  defineSchema,
  extendRegistry,
  type JsonObject,
  type Registry,
  type RegistryExtension,
  type ResourceTypeInput,
  type SchemaInput,
} from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { insertCustomResourceType, insertCustomSchema, selectCustomTypes } from '../db/queries/custom-types.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'
import { getOrganization, updateOrganizationVersion } from './organizations.ts'

/** What a schema is registered as: the base of a new resource type, or an extension of one that exists. */
export type SchemaUse =
  | { readonly kind: 'resourceType'; readonly name: string; readonly endpoint: string; readonly description?: string }
  | { readonly kind: 'extension'; readonly resourceType: string; readonly required: boolean }

type StoredUse = SchemaUse & { readonly schema: string }

/**
 * Adds a schema to the organization's SCIM service. All its connections serve it within a second.
 * Throws `schemaTaken` for a URN that is there, ScimError `invalidValue` for what the registry refuses, e.g. a name or endpoint that is taken.
 */
export async function registerSchema(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly schema: SchemaInput; readonly use: SchemaUse },
): Promise<void> {
  const { organizationId, schema, use } = request
  await transaction(database, async (tx) => {
    const stored: StoredUse = { ...use, schema: schema.id }
    const known = await findCustomTypes(tx, organizationId)
    refuseTaken(schema.id, known)
    // Made once to see whether it holds together; what is stored is what was written down.
    extendRegistry(extendRegistry(createRegistry(), known), toExtension([schema], [stored]))
    const at = call.now
    const row = { organizationId, urnKey: schema.id.toLowerCase(), definition: schema, at }
    await insertCustomSchema(tx, row).catch((error: unknown) => {
      throw brokenUnique(error) === 'custom_schemas_pkey' ? schemaTaken(schema.id) : error
    })
    const name = use.kind === 'resourceType' ? use.name : `${use.resourceType} ${schema.id}`
    await insertCustomResourceType(tx, { organizationId, name, definition: stored, at })
    const organization = await getOrganization(tx, organizationId)
    const version = await updateOrganizationVersion(tx, organization, call.now)
    const data: JsonObject = { schema: schema.id, use: { ...use } }
    await insertAccessChange(tx, {
      organizationId,
      at,
      action: 'organization.schema_registered',
      subjectId: organizationId,
      subjectVersion: version,
      actor: call.actor,
      requestId: call.requestId,
      data,
    })
  })
}

/** RFC 8141 §3.1 and RFC 7643 §2.1: URNs of schemas are compared without regard to case. */
function refuseTaken(urn: string, known: RegistryExtension): void {
  const schemas = [...createRegistry().schemas.values(), ...(known.schemas ?? [])]
  if (schemas.some(({ id }) => id.toLowerCase() === urn.toLowerCase())) throw schemaTaken(urn)
}

function schemaTaken(urn: string): AccessError {
  return new AccessError('schemaTaken', `The schema ${urn} is registered already`, { field: 'schema.id' })
}

/** Everything that the organization registered, ready for `extendRegistry`. */
export async function findCustomTypes(database: Queryable, organizationId: string): Promise<RegistryExtension> {
  const { schemas, resourceTypes } = await selectCustomTypes(database, organizationId)
  // Only registerSchema writes these columns, after extendRegistry accepted them.
  return toExtension(schemas as readonly SchemaInput[], resourceTypes as readonly StoredUse[])
}

function toExtension(schemas: readonly SchemaInput[], uses: readonly StoredUse[]): RegistryExtension {
  const resourceTypes: ResourceTypeInput[] = []
  const schemaExtensions: { resourceType: string; schema: string; required: boolean }[] = []
  for (const use of uses) {
    if (use.kind === 'resourceType') resourceTypes.push(use)
    else schemaExtensions.push(use)
  }
  return { schemas: schemas.map((schema) => defineSchema(schema)), resourceTypes, schemaExtensions }
}

/** The registry of an organization: what RFC 7643 defines, what the connection adds, what the organization registered. */
export async function loadRegistry(
  database: Queryable,
  organizationId: string,
  extra: RegistryExtension | undefined,
): Promise<Registry> {
  const core = createRegistry()
  const base = extra === undefined ? core : extendRegistry(core, extra)
  return extendRegistry(base, await findCustomTypes(database, organizationId))
}
