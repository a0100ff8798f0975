import { defineSchema, type Schema } from './schema.ts'

const shape = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    { name: 'employeeNumber', description: 'Identifier given by the organization' },
    { name: 'costCenter', description: 'Cost center' },
    { name: 'organization', description: 'Organization' },
    { name: 'division', description: 'Division' },
    { name: 'department', description: 'Department' },
    {
      name: 'manager',
      type: 'complex',
      description: "The person's manager",
      subAttributes: [
        { name: 'value', description: 'id of the manager' },
        { name: '$ref', type: 'reference', referenceTypes: ['User'], description: 'URI of the manager' },
        { name: 'displayName', mutability: 'readOnly', description: 'displayName of the manager' },
      ],
    },
  ],
} as const

/** The enterprise extension of User (RFC 7643 §4.3 and §8.7.1). */
export const enterpriseUserSchema: Schema<typeof shape> = defineSchema(shape)
