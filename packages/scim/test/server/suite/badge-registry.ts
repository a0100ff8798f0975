import { createRegistry, defineSchema, extendRegistry } from '@rollcall/scim'

/** An extension with one attribute of each kind that the RFC's own schemas lack. */
export const badge = defineSchema({
  id: 'urn:example:params:scim:schemas:extension:badge:2.0:User',
  name: 'Badge',
  attributes: [
    { name: 'code', mutability: 'immutable', caseExact: true },
    { name: 'seal', returned: 'request' },
    { name: 'level', type: 'integer' },
    { name: 'weight', type: 'decimal' },
    { name: 'issued', type: 'dateTime' },
    { name: 'picture', type: 'binary' },
    { name: 'page', type: 'reference', referenceTypes: ['external'] },
    { name: 'plate', uniqueness: 'server' },
    { name: 'grade', returned: 'always', canonicalValues: ['a', 'b'] },
  ],
})

const device = defineSchema({
  id: 'urn:example:params:scim:schemas:core:2.0:Device',
  name: 'Device',
  attributes: [
    { name: 'serial', required: true, uniqueness: 'server', caseExact: true },
    { name: 'owner', type: 'reference', referenceTypes: ['User'] },
  ],
})

/** User with the badge, Group, and a resource type of its own. */
export const badgeRegistry = extendRegistry(createRegistry(), {
  schemas: [badge, device],
  resourceTypes: [{ name: 'Device', endpoint: '/Devices', schema: device.id }],
  schemaExtensions: [{ resourceType: 'User', schema: badge.id, required: false }],
})

export const deviceUrn = device.id
