import { isJsonObject, scimError, type JsonObject, type ResourceDraft, type ResourceType } from '@rollcall/scim'
import type { Fields, ResourceRecord, ResourceUpdate, UpdateOutcome } from '@rollcall/scim/server'
import { builtInNames } from '../access/built-in-roles.ts'
import { githubRoleNames } from '../access/github-roles.ts'
import { resolveRoles, type MeantRole } from '../access/resolve-roles.ts'
import { replaceRoles } from '../db/queries/role-assignments.ts'
import { nilId } from '../nil-id.ts'
import { selectStanding } from '../db/queries/users.ts'
import type { Transaction } from '../db/transaction.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { guarded } from './guard.ts'
import { createUser } from './create-user.ts'
import { changeUser } from './user-store.ts'

/** `createUser`, with the roles that its attribute `roles` names; without any it is `createUser` alone. */
export async function createUserWithRoles(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  creation: { readonly draft: ResourceDraft; readonly fields: Fields },
): Promise<ResourceRecord> {
  const { attributes } = creation.draft
  if (!bringsRoles(context, attributes)) return createUser(parts, context, type, creation)
  return guarded(parts, context, async (tx) => {
    const record = await createUser(parts, { ...context, tx }, type, creation)
    const roles = readRoles(attributes['roles'])
    await settleRoles(tx, context, { scimId: record.id, roles, before: [], via: 'POST' })
    return record
  })
}

/** Whether a new person gets roles, which takes a transaction. */
export function bringsRoles(context: DirectoryContext, attributes: JsonObject): boolean {
  return attributes['roles'] !== undefined || context.settings.roles.default !== undefined
}

/** `changeUser`, and when it changes `roles`, what follows from it. */
export async function changeUserWithRoles(
  parts: DirectoryParts,
  context: DirectoryContext,
  type: ResourceType,
  change: { readonly scimId: string; readonly update: ResourceUpdate },
): Promise<UpdateOutcome> {
  const { scimId, update } = change
  const changed = update.changes.find(({ path }) => path === 'roles')
  if (changed === undefined) return changeUser(parts, context, type, change)
  return guarded(parts, context, async (tx) => {
    const outcome = await changeUser(parts, { ...context, tx }, type, change)
    if (outcome.kind !== 'updated') return outcome
    const [before, roles] = [readRoles(changed.before), readRoles(changed.after)]
    await settleRoles(tx, context, { scimId, roles, before, via: update.verb })
    return outcome
  })
}

/** What an element of `roles` names a role by: its value, else its display. */
type NamedRole = { readonly text: string; readonly display: string | undefined }

function readRoles(value: unknown): readonly NamedRole[] {
  if (!Array.isArray(value)) return []
  return value.filter(isJsonObject).flatMap((element) => {
    const display = typeof element['display'] === 'string' ? element['display'] : undefined
    const text = typeof element['value'] === 'string' ? element['value'] : display
    return text === undefined ? [] : [{ text, display }]
  })
}

type Settling = {
  readonly scimId: string
  readonly roles: readonly NamedRole[]
  /** What was there before: only what is new is told about. */
  readonly before: readonly NamedRole[]
  readonly via: string
}

/**
 * Makes the roles that this connection gives a person those that its attribute names. What matches nothing is written
 * down and does no harm, or is refused where the connection or its style wants that; when nothing matches, the default
 * role of the connection is given. Roles from elsewhere stay. The person is locked, so that writers take turns.
 */
async function settleRoles(tx: Transaction, context: DirectoryContext, command: Settling): Promise<void> {
  const { organizationId, settings } = context
  const standing = await selectStanding(tx, organizationId, command.scimId, { lock: true })
  if (standing === undefined) return
  const { default: fallback } = settings.roles
  const texts = command.roles.map(({ text }) => text)
  const found = await resolveRoles(tx, organizationId, fallback === undefined ? texts : [...texts, fallback])
  const unknown = command.roles.filter(({ text }) => !found.has(text))
  refuseUnknown(context, unknown)
  const known = command.roles.flatMap((role) => {
    const meant = found.get(role.text)
    return meant === undefined ? [] : [{ role, id: meant.id, isGiven: mayGive(context, meant) }]
  })
  const given = known.filter(({ isGiven }) => isGiven).map(({ id }) => id)
  const refused = known.filter(({ isGiven }) => !isGiven).map(({ role }) => role)
  const byDefault = given.length === 0 && takesDefault(context, command) ? found.get(fallback ?? '')?.id : undefined
  const isNew = ({ text }: NamedRole) => !command.before.some((role) => role.text === text)
  const { givesRoles = 'all' } = context
  const keeps = keptBy[givesRoles]
  const lack = givesRoles === 'none' ? 'roles:manage' : 'owners:manage'
  const recorded = policyOf(context) === 'ignore' ? [] : unknown
  await replaceRoles(
    tx,
    context,
    { kind: 'user', id: standing.id },
    {
      wanted: [
        ...given.map((roleId) => ({ roleId, source: 'scim' as const })),
        ...(byDefault === undefined ? [] : [{ roleId: byDefault, source: 'default' as const }]),
      ],
      sources: ['scim', 'default'],
      sourceId: context.connectionId ?? nilId,
      via: command.via,
      names: builtInNames,
      notes: [
        ...recorded.filter(isNew).map((role) => toNote('role.unknown', role, 'no role has this id or name')),
        ...refused
          .filter(isNew)
          .map((role) => toNote('role.refused', role, `the owner of the key lacks the permission "${lack}"`)),
      ],
      ...(keeps !== undefined && { keeps }),
    },
  )
}

/** What whoever asks may not give, he may not take either. */
const keptBy = { all: undefined, butOwners: 'owners', none: 'everything' } as const

function mayGive({ givesRoles = 'all' }: DirectoryContext, { makesOwners }: MeantRole): boolean {
  return givesRoles === 'all' || (givesRoles === 'butOwners' && !makesOwners)
}

/** Somebody whose roles stay as they are gets the default one only at the beginning. */
function takesDefault({ givesRoles }: DirectoryContext, { via }: Settling): boolean {
  return givesRoles !== 'none' || via === 'POST'
}

function toNote(action: string, role: NamedRole, reason: string) {
  const { text, display } = role
  return {
    action,
    data: { value: text.slice(0, notedCharactersMax), display: display?.slice(0, notedCharactersMax) ?? null, reason },
  }
}

/** So much of a text that names no role is kept. */
const notedCharactersMax = 200

/** What becomes of a role that nobody knows; GitHub's styles refuse it when the connection says nothing. */
function policyOf({ settings, style }: DirectoryContext): 'record' | 'ignore' | 'refuse' {
  return settings.roles.unknown ?? (style.name.startsWith('github') ? 'refuse' : 'record')
}

function refuseUnknown(context: DirectoryContext, unknown: readonly NamedRole[]): void {
  const [first] = unknown
  if (first === undefined || policyOf(context) !== 'refuse') return
  throw scimError(
    'invalidValue',
    `roles: "${first.text.slice(0, notedCharactersMax)}" is no role here; there are ${githubRoleNames.join(', ')}, and the roles of the organization by id or name`,
  )
}
