import { defineSchema, type RegistryExtension } from '@rollcall/scim'

const descriptionOf = (what: string) => `What the ${what} allows, for people`

/** Okta's "SCIM 2.0 with entitlements": roles that an application offers. */
export const roleSchema = defineSchema({
  id: 'urn:okta:scim:schemas:core:1.0:Role',
  name: 'Role',
  description: 'A role that people can be given',
  attributes: [
    { name: 'displayName', required: true, description: 'Name of the role, for people' },
    { name: 'type', description: 'Name of the resource type' },
    { name: 'description', description: descriptionOf('role') },
  ],
})

/** Okta's "SCIM 2.0 with entitlements": whatever else an application can grant. */
export const entitlementSchema = defineSchema({
  id: 'urn:okta:scim:schemas:core:1.0:Entitlement',
  name: 'Entitlement',
  description: 'An entitlement that people can be given',
  attributes: [
    { name: 'displayName', required: true, description: 'Name of the entitlement, for people' },
    { name: 'type', required: true, description: 'Name of the resource type' },
    { name: 'description', description: descriptionOf('entitlement') },
  ],
})

/** Present where the connection's setting `entitlements` is on. */
export const entitlementTypes: RegistryExtension = {
  schemas: [roleSchema, entitlementSchema],
  resourceTypes: [
    { name: 'Role', endpoint: '/Roles', description: 'Role', schema: roleSchema.id },
    { name: 'Entitlement', endpoint: '/Entitlements', description: 'Entitlement', schema: entitlementSchema.id },
  ],
}
