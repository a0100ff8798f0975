/** What may be done with people. */
export const peoplePermissions = {
  'people:read': 'read people, their history and what they own',
  'people:invite': 'create people and send invitations',
  'people:manage': 'change, suspend, delete and restore people',
} as const
