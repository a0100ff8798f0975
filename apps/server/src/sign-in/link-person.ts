import { foldCase, type JsonObject } from '@rollcall/scim'
import { builtInNames, memberRole } from '../access/built-in-roles.ts'
import { findRole } from '../access/roles.ts'
import {
  selectByExternalId,
  selectBySubject,
  selectByUserName,
  upsertIdentityLink,
  type Candidate,
} from '../db/queries/identity-links.ts'
import type { IdentityProviderRow } from '../db/queries/identity-providers.ts'
import { replaceRoles } from '../db/queries/role-assignments.ts'
import { nilId } from '../nil-id.ts'
import type { Database } from '../db/pool.ts'
import type { Transaction } from '../db/transaction.ts'
import { toLocalLogin } from '../directory/logins.ts'
import { createIdSource } from '../directory/new-id.ts'
import { overwritePerson } from '../directory/overwrite-person.ts'
import { localOwner } from '../directory/ownership.ts'
import { createPerson } from '../directory/people.ts'
import { formatTypeId } from '../type-id.ts'
import { applyMappings } from './apply-mappings.ts'
import type { ExternalPerson, NamedValue } from './external-person.ts'
import { isScimOn, type JustInTime } from './just-in-time.ts'
import { toStoredAttributes } from './mappings.ts'
import { toPersonContext } from './person-context.ts'

/** What was compared with what, and found nobody. */
export type Comparison = NamedValue & { readonly comparedWith: 'externalId' | 'userName' }

export type LinkRefusal =
  /** Nobody has that id or that name, and the sign-in makes no accounts. */
  | 'noAccount'
  /** Two people have that id: we never guess. */
  | 'ambiguous'
  /** What the identity provider says is no profile of ours: the directory throws it, and everything is undone. */
  | 'invalidProfile'
  /** Values of attributes give roles, and none of his gives one (AC-D31). */
  | 'noRole'

export type LinkOutcome =
  | { readonly kind: 'linked'; readonly userId: string; readonly isNew: boolean }
  | {
      readonly kind: 'refused'
      readonly code: LinkRefusal
      /** Known when it is not about who it is. */
      readonly userId: string | undefined
      readonly comparisons: readonly Comparison[]
      readonly detail: string
    }

/** Who comes through which door, and what that door may do. */
export type Linking = {
  readonly provider: Pick<IdentityProviderRow, 'organizationId' | 'id' | 'mappings'>
  readonly person: ExternalPerson
  readonly justInTime: JustInTime
  readonly now: Date
  readonly requestId: string | undefined
}

const newId = createIdSource()

/**
 * Finds the account of somebody whom an identity provider has vouched for: by his external id first, then by userName
 * (AC-G34); makes one where that is allowed and SCIM is off (AC-G35). Then names and mail become what the identity
 * provider says, and roles and teams what its values give. All in the caller's transaction, refusals too: what they took
 * away stays away.
 */
export async function linkPerson(database: Database, tx: Transaction, linking: Linking): Promise<LinkOutcome> {
  const { provider, person } = linking
  const { organizationId } = provider
  const found = await findPerson(tx, provider, person)
  if (found === 'ambiguous') return refuse('ambiguous', 'Two people have that external id', listComparisons(person))
  const made = found === undefined ? await makePerson(database, tx, linking) : undefined
  if (made?.kind === 'refused') return made
  const userId = found?.id ?? made?.userId ?? ''
  if (found !== undefined) {
    const connectionId = found.connectionId
    const context = await toPersonContext(tx, { ...linking, organizationId, connectionId, actor: actorOf(provider) })
    await overwritePerson({ database, newId }, context, { id: userId, attributes: toProfile(person) })
  }
  const teamIds = await upsertIdentityLink(tx, {
    organizationId,
    providerId: provider.id,
    userId,
    subject: person.subject,
    subjectFormat: person.subjectFormat ?? null,
    attributes: toStoredAttributes(person.attributes),
    at: linking.now,
  })
  const hasRole = await applyMappings(tx, { ...linking, userId, teamIds, actor: actorOf(provider) })
  if (!hasRole)
    return { ...refuse('noRole', 'Roles come from values of attributes, and none of them gives a role', []), userId }
  return { kind: 'linked', userId, isNew: found === undefined }
}

function actorOf({ id }: Pick<IdentityProviderRow, 'id'>): string {
  return formatTypeId('idp', id)
}

async function findPerson(
  tx: Transaction,
  { organizationId, id: providerId }: Linking['provider'],
  person: ExternalPerson,
): Promise<Candidate | 'ambiguous' | undefined> {
  const { externalId, userName, subject, isSubjectStable } = person
  if (isSubjectStable) {
    const known = await selectBySubject(tx, organizationId, { providerId, subject })
    if (known !== undefined) return known
  }
  if (externalId !== undefined) {
    const [first, second] = await selectByExternalId(tx, organizationId, externalId.value)
    if (second !== undefined) return 'ambiguous'
    if (first !== undefined) return first
  }
  const userNameKey = foldCase(userName.value)
  const { loginKey } = toLocalLogin({ userName: userName.value })
  return selectByUserName(tx, organizationId, { userNameKey, loginKey })
}

type Refused = Extract<LinkOutcome, { kind: 'refused' }>

async function makePerson(database: Database, tx: Transaction, linking: Linking): Promise<LinkOutcome> {
  const { provider, person, justInTime, now, requestId } = linking
  const { organizationId } = provider
  const comparisons = listComparisons(person)
  if (!justInTime.enabled) return refuse('noAccount', 'A sign-in makes no accounts here', comparisons)
  if (await isScimOn(tx, organizationId, now))
    return refuse('noAccount', 'SCIM is on: accounts come from provisioning, and a sign-in makes none', comparisons)
  const actor = actorOf(provider)
  const context = await toPersonContext(tx, { organizationId, connectionId: localOwner, actor, requestId, now })
  const attributes = { userName: person.userName.value, ...toProfile(person) }
  const userId = await createPerson({ database, newId }, context, { attributes, isBuiltIn: false })
  const role = justInTime.role === null ? memberRole : await findRole(tx, organizationId, justInTime.role)
  const origin = { organizationId, actor, requestId, now }
  const wanted = [{ roleId: role?.id ?? memberRole.id, source: 'default' as const }]
  const given = {
    wanted,
    sources: ['default'] as const,
    sourceId: nilId,
    via: 'signIn',
    names: builtInNames,
    notes: [],
  }
  await replaceRoles(tx, origin, { kind: 'user', id: userId }, given)
  return { kind: 'linked', userId, isNew: true }
}

/** The part of a profile that a sign-in overwrites. One address: those from before are gone (AC-D30). */
function toProfile(person: ExternalPerson): JsonObject {
  const { givenName, familyName, displayName, email } = person
  const name = { ...(givenName !== undefined && { givenName }), ...(familyName !== undefined && { familyName }) }
  return {
    ...(Object.keys(name).length > 0 && { name }),
    ...(displayName !== undefined && { displayName }),
    ...(email !== undefined && { emails: [{ value: email, type: 'work', primary: true }] }),
  }
}

function listComparisons({ externalId, userName }: ExternalPerson): readonly Comparison[] {
  return [
    ...(externalId === undefined ? [] : [{ ...externalId, comparedWith: 'externalId' as const }]),
    { ...userName, comparedWith: 'userName' },
  ]
}

function refuse(code: LinkRefusal, detail: string, comparisons: readonly Comparison[]): Refused {
  return { kind: 'refused', code, userId: undefined, comparisons, detail }
}
