import { defineSchema, type Schema } from './schema.ts'

const shape = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'Group',
  attributes: [
    { name: 'displayName', required: true, description: 'Name of the group' },
    {
      name: 'members',
      type: 'complex',
      multiValued: true,
      description: 'Users and groups in this group',
      subAttributes: [
        { name: 'value', mutability: 'immutable', description: 'id of the member' },
        {
          name: '$ref',
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          mutability: 'immutable',
          description: 'URI of the member',
        },
        {
          name: 'type',
          canonicalValues: ['User', 'Group'],
          mutability: 'immutable',
          description: 'What the member is',
        },
        // Not in RFC 7643 §8.7.1; RFC 7644 §3.5.2.1 sends it along. The provider fills it in, whatever a client says.
        { name: 'display', mutability: 'readOnly', description: 'displayName of the member' },
      ],
    },
  ],
} as const

/** Group (RFC 7643 §4.2 and §8.7.1). */
export const groupSchema: Schema<typeof shape> = defineSchema(shape)
