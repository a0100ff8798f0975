import { sourceRules, type SourceRules } from '@rollcall/admin-api'

/** Columns of a table of people, as our own export writes them, and what they become. */
const targets = {
  userName: 'userName',
  externalId: 'externalId',
  displayName: 'displayName',
  givenName: 'name.givenName',
  familyName: 'name.familyName',
  email: 'emails[type eq "work"].value',
} as const

/**
 * Rules for a table that somebody imports: rows are named by `userName`, other columns are passed over, and whoever is not in
 * the table stays as he is, for nobody imports everybody each time.
 */
export function peopleTableRules(): SourceRules {
  return sourceRules.parse({
    anchor: 'userName',
    mappings: Object.entries(targets).map(([source, target]) => ({ target, kind: 'direct', source })),
    correlation: [[{ target: 'externalId', source: 'externalId' }], [{ target: 'userName', source: 'userName' }]],
    leaving: { policy: 'nothing' },
  })
}
