import type { JsonObject } from '@rollcall/scim'
import { toRecycleBinDays } from '../access/recycle-bin-settings.ts'
import { selectVerifiedDomains } from '../db/queries/domains.ts'
import { selectMembershipsOf } from '../db/queries/history.ts'
import { selectOverrides, type OverrideRow } from '../db/queries/overrides.ts'
import {
  selectPersonTeams,
  selectStateChange,
  selectVerifiedAddresses,
  type PersonRow,
  type PersonState,
  type StateChangeRow,
} from '../db/queries/people.ts'
import type { Queryable } from '../db/pool.ts'
import { AccessError } from '../access/access-error.ts'
import type { DirectoryContext } from './directory-context.ts'
import { findPersonAt } from './history.ts'
import { parseStored } from './records.ts'
import { getResourceType } from './resource-values.ts'
import { isLasting } from './settle-overrides.ts'

export type StateChange = StateChangeRow

const teamsMax = 200
const overridesMax = 200
const dayMs = 86_400_000

/** Everything that is shown of one person. */
export type PersonDetails = {
  readonly person: PersonRow
  readonly state: PersonState
  /** Null when purged. */
  readonly attributes: JsonObject | null
  readonly teams: readonly { readonly id: string; readonly display: string; readonly valid_from: Date }[]
  readonly stateChange: StateChangeRow | undefined
  readonly overrides: readonly OverrideRow[]
  readonly verifiedDomains: ReadonlySet<string>
  /** Folded. */
  readonly verifiedAddresses: ReadonlySet<string>
  readonly restorableUntil: Date | undefined
  readonly asOf: Date | undefined
}

export async function describePerson(
  db: Queryable,
  context: DirectoryContext,
  person: PersonRow,
  organization: { readonly settings: JsonObject },
): Promise<PersonDetails> {
  const { organizationId, now } = context
  const userId = person.id
  const [teams, stateChange, overrides, verifiedDomains, verifiedAddresses] = await Promise.all([
    selectPersonTeams(db, organizationId, { userId, rowsMax: teamsMax }),
    selectStateChange(db, organizationId, userId),
    person.has_overrides
      ? selectOverrides(db, { organizationId, userId, before: undefined, rowsMax: overridesMax })
      : Promise.resolve([]),
    selectVerifiedDomains(db, organizationId),
    selectVerifiedAddresses(db, organizationId, userId),
  ])
  const isBinned = person.state === 'deprovisioned' && person.purged_at === null
  const end = person.state_changed_at.getTime() + toRecycleBinDays(organization.settings) * dayMs
  return {
    person,
    state: person.state,
    attributes: person.purged_at === null ? parseStored(person) : null,
    teams,
    stateChange,
    overrides: overrides.filter((override) => isLasting(override, now)),
    verifiedDomains,
    verifiedAddresses,
    restorableUntil: isBinned ? new Date(end) : undefined,
    asOf: undefined,
  }
}

/** The person and its teams as of a moment; throws `personNotFound` when there was none yet. */
export async function describePersonAt(
  db: Queryable,
  context: DirectoryContext,
  person: PersonRow,
  at: Date,
): Promise<PersonDetails> {
  const { organizationId } = context
  const type = getResourceType(context.registry, 'User')
  const version = await findPersonAt(db, { organizationId, userId: person.id, at, type })
  if (version === undefined)
    throw new AccessError('personNotFound', `History knows nothing of this person at ${at.toISOString()}`)
  const query = { organizationId, userId: person.id, at, rowsMax: teamsMax }
  const memberships = await selectMembershipsOf(db, query)
  return {
    person: { ...person, version: version.version, updated_at: version.at },
    state: version.state,
    attributes: version.attributes,
    teams: memberships.map((row) => ({ id: row.team_id, display: row.team_name, valid_from: row.valid_from })),
    stateChange: undefined,
    overrides: [],
    verifiedDomains: new Set(),
    verifiedAddresses: new Set(),
    restorableUntil: undefined,
    asOf: at,
  }
}
