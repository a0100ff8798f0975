import { provisioningRules } from '@rollcall/admin-api'
import { simpleRules } from '../harness/provisioning-app.ts'

/** Whoever leaves is gone at once. */
export const deleting = { policy: 'delete', graceDays: 0 } as const

/** Teams as groups of the same name. */
export const teamRules = provisioningRules.parse({
  users: simpleRules.users,
  teams: {
    mappings: [{ target: 'displayName', kind: 'direct', source: 'displayName' }],
    matching: [[{ target: 'displayName', source: 'displayName' }]],
    leaving: deleting,
  },
}).teams
