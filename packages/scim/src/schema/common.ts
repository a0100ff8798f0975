import { defineSchema } from './schema.ts'
import type { Attribute } from './attribute.ts'

/** `schemas`, `id`, `externalId` and `meta`: in every resource, in no schema document (RFC 7643 §3 and §3.1). */
export const commonAttributes: readonly Attribute[] = defineSchema({
  id: 'urn:ietf:params:scim:schemas:core:2.0:Common',
  name: 'Common',
  attributes: [
    {
      name: 'schemas',
      type: 'reference',
      referenceTypes: ['uri'],
      multiValued: true,
      required: true,
      // URNs compare without regard to case (RFC 8141 §3.1).
      caseExact: false,
      returned: 'always',
      description: 'URNs of the schemas whose attributes the resource carries',
    },
    {
      name: 'id',
      caseExact: true,
      mutability: 'readOnly',
      returned: 'always',
      uniqueness: 'server',
      description: 'Identifier given by the service provider; never reused',
    },
    { name: 'externalId', caseExact: true, description: 'Identifier given by the provisioning client' },
    {
      name: 'meta',
      type: 'complex',
      mutability: 'readOnly',
      description: 'Metadata of the resource',
      subAttributes: [
        { name: 'resourceType', caseExact: true, mutability: 'readOnly', description: 'Name of the resource type' },
        { name: 'created', type: 'dateTime', mutability: 'readOnly', description: 'When the resource was added' },
        {
          name: 'lastModified',
          type: 'dateTime',
          mutability: 'readOnly',
          description: 'When the resource last changed',
        },
        {
          name: 'location',
          type: 'reference',
          referenceTypes: ['uri'],
          mutability: 'readOnly',
          description: 'URI of the resource',
        },
        { name: 'version', caseExact: true, mutability: 'readOnly', description: 'Entity tag of this version' },
      ],
    },
  ],
}).attributes
