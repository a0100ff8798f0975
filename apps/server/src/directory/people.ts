import {
  applyPatch,
  createTolerance,
  messageUrns,
  normaliseResource,
  parsePatch,
  profiles,
  scimError,
  type JsonObject,
  type ResourceType,
} from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { selectPerson, type PersonRow } from '../db/queries/people.ts'
import { updateBuiltIn } from '../db/queries/user-states.ts'
import { selectStanding } from '../db/queries/users.ts'
import type { Queryable } from '../db/pool.ts'
import { attributeOf } from './attribute-values.ts'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { guarded } from './guard.ts'
import { activateUser, removeUser, writeActive } from './lifecycle.ts'
import { requireUnlocked } from './overrides.ts'
import { parseStored } from './records.ts'
import { getResourceType } from './resource-values.ts'
import { changeUserWithRoles, createUserWithRoles } from './user-roles.ts'
import { staleVersion } from '../access/stale-version.ts'

export type Person = PersonRow

const noFields = { groups: false, members: false }
const attemptsMax = 5

/** Throws `personNotFound`. */
export async function getPerson(db: Queryable, organizationId: string, id: string): Promise<PersonRow> {
  const person = await selectPerson(db, organizationId, id)
  if (person === undefined) throw new AccessError('personNotFound', 'There is no such person')
  return person
}

/**
 * Makes a local account: connections list it and name it as a member, and none may write it.
 * Throws what SCIM throws for attributes that are wrong or taken.
 */
export async function createPerson(
  parts: DirectoryParts,
  context: DirectoryContext,
  command: { readonly attributes: JsonObject; readonly isBuiltIn: boolean },
): Promise<string> {
  const type = getResourceType(context.registry, 'User')
  const draft = normaliseResource(withSchemas(command.attributes, type), type, {
    tolerance: createTolerance(profiles.strict),
  })
  return guarded(parts, context, async (tx) => {
    const record = await createUserWithRoles(parts, { ...context, tx }, type, { draft, fields: noFields })
    const standing = await selectStanding(tx, context.organizationId, record.id, { lock: false })
    if (standing === undefined) throw new Error('The person was removed while it was being made')
    if (command.isBuiltIn) await updateBuiltIn(tx, context.organizationId, standing.id)
    return standing.id
  })
}

/** Whoever writes for people names the schemas that the attributes are of. */
function withSchemas(attributes: JsonObject, type: ResourceType): JsonObject {
  const urns = [...type.extensions.values()].map(({ schema }) => schema.id)
  const named = new Set(Object.keys(attributes).map((key) => key.toLowerCase()))
  return { ...attributes, schemas: [type.schema.id, ...urns.filter((urn) => named.has(urn.toLowerCase()))] }
}

/**
 * Changes attributes of a person: what is named is replaced, null unassigns, objects are merged.
 * Throws LockedError for attributes that a connection manages and nobody overrides.
 */
export async function updatePerson(
  parts: DirectoryParts,
  context: DirectoryContext,
  command: { readonly id: string; readonly attributes: JsonObject; readonly ifVersion: number | undefined },
): Promise<void> {
  const type = getResourceType(context.registry, 'User')
  if (Object.keys(command.attributes).some((name) => name.toLowerCase() === 'active'))
    throw scimError('mutability', '"active" is no attribute to set here: suspend or reactivate the person')
  const tolerance = createTolerance(profiles.strict)
  const operations = parsePatch(
    { schemas: [messageUrns.patchOp], Operations: toOperations(command.attributes) },
    { tolerance },
  )
  for (let attempt = 1; ; attempt++) {
    const person = await getStanding(parts, context, command.id)
    if (command.ifVersion !== undefined && command.ifVersion !== person.version)
      throw staleVersion('The person', person.version)
    const stored = parseStored(person)
    const { resource, changes, writeOnly } = applyPatch(stored, operations, type, { tolerance, members: 'steps' })
    const touched = [...new Set(changes.map(({ path }) => attributeOf(path, type)))]
    await requireUnlocked(queryableOf(parts, context), context, person, touched)
    const outcome = await changeUserWithRoles(parts, context, type, {
      scimId: person.scim_id,
      update: {
        ifVersion: String(person.version),
        attributes: changes.length === 0 ? undefined : resource,
        changes,
        writeOnly,
        members: [],
        fields: noFields,
        verb: 'PATCH',
      },
    })
    if (outcome.kind === 'notFound') throw new AccessError('personNotFound', 'There is no such person')
    if (outcome.kind !== 'stale') return
    if (attempt >= attemptsMax)
      throw scimError('conflict', 'The person is being changed by others all the time; try again')
  }
}

function toOperations(attributes: JsonObject): readonly JsonObject[] {
  return Object.entries(attributes).map(([path, value]) =>
    value === null ? { op: 'remove', path } : { op: 'replace', path, value },
  )
}

type LivePerson = PersonRow & { readonly scim_id: string }

async function getStanding(parts: DirectoryParts, context: DirectoryContext, id: string): Promise<LivePerson> {
  const person = await getPerson(queryableOf(parts, context), context.organizationId, id)
  const { scim_id: scimId } = person
  if (scimId === null) throw new AccessError('personDeleted', 'The person is deleted: restore it first')
  return { ...person, scim_id: scimId }
}

/** Suspends or brings back a person by hand; twice is once. Throws LockedError like {@link updatePerson}. */
export async function setSuspended(
  parts: DirectoryParts,
  context: DirectoryContext,
  command: { readonly id: string; readonly isSuspended: boolean },
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const person = await getStanding(parts, context, command.id)
    if ((person.state === 'suspended') === command.isSuspended) return
    refuseBuiltIn(person, command.isSuspended)
    await requireUnlocked(queryableOf(parts, context), context, person, ['active'])
    const act = { active: !command.isSuspended, via: 'admin' }
    const outcome = await writeActive(parts, context, person, act)
    if (outcome.kind === 'written') return
    if (attempt >= attemptsMax)
      throw scimError('conflict', 'The person is being changed by others all the time; try again')
  }
}

/** A pending person becomes active without an invitation. Throws `notPending`. */
export async function activatePerson(parts: DirectoryParts, context: DirectoryContext, id: string): Promise<void> {
  const person = await getStanding(parts, context, id)
  const isDone = await guarded(parts, context, (tx) =>
    activateUser(tx, context, { id, via: context.act?.via ?? 'admin' }),
  )
  if (!isDone && person.state !== 'active')
    throw new AccessError('notPending', `The person is ${person.state}; only who is pending can be activated`)
}

/** Deletes a person: into the recycle bin, out of every team and list. */
export async function deletePerson(parts: DirectoryParts, context: DirectoryContext, id: string): Promise<void> {
  const person = await getStanding(parts, context, id)
  refuseBuiltIn(person, true)
  await requireUnlocked(queryableOf(parts, context), context, person, ['active'])
  const outcome = await removeUser(parts, context, { scimId: person.scim_id, ifVersion: undefined, via: 'admin' })
  if (outcome === 'notFound') throw new AccessError('personNotFound', 'There is no such person')
}

// Somebody must be able to sign in when every identity provider fails.
function refuseBuiltIn(person: PersonRow, isEnd: boolean): void {
  if (person.is_built_in && isEnd)
    throw new AccessError('builtInAccount', 'A built-in account is neither suspended nor deleted')
}
