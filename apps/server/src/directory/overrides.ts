import type { ResourceType } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { toPage, type Page, type PageOf } from '../access/call.ts'
import { insertChange } from '../db/queries/changes.ts'
import {
  countOverrides,
  insertOverrides,
  lockOverrides,
  selectOverrides,
  updateOverrideEnded,
  type OverrideRow,
} from '../db/queries/overrides.ts'
import type { PersonRow } from '../db/queries/people.ts'
import { selectStandingById } from '../db/queries/users.ts'
import type { Queryable } from '../db/pool.ts'
import { attributeOf, readPath } from './attribute-values.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { guarded } from './guard.ts'
import { LockedError, managerOf } from './ownership.ts'
import { parseStored } from './records.ts'
import { getResourceType } from './resource-values.ts'
import { isLasting } from './settle-overrides.ts'

export type Override = OverrideRow

/** So many overrides of one person at once. */
const overridesPerPersonMax = 200

/** Throws LockedError naming the attributes that a connection manages and nobody overrides now. */
export async function requireUnlocked(
  db: Queryable,
  context: DirectoryContext,
  person: Pick<PersonRow, 'id' | 'connection_id' | 'connection_name'>,
  attributes: readonly string[],
): Promise<void> {
  const locked = await lockedOf(db, context, person, attributes)
  if (locked.length > 0)
    throw new LockedError(
      person.connection_name ?? 'a connection',
      locked,
      'Change it there, or override it for a while',
    )
}

/** Which of these attributes a connection manages and nobody overrides now. */
export async function lockedOf<Name extends string>(
  db: Queryable,
  context: DirectoryContext,
  person: Pick<PersonRow, 'id' | 'connection_id'>,
  attributes: readonly Name[],
): Promise<readonly Name[]> {
  if (managerOf(person.connection_id) === null) return []
  const lasting = await listLasting(db, context, person.id)
  return attributes.filter((attribute) => !lasting.has(attribute))
}

async function listLasting(db: Queryable, context: DirectoryContext, userId: string): Promise<ReadonlySet<string>> {
  const { organizationId, now } = context
  const query = { organizationId, userId, before: undefined, rowsMax: overridesPerPersonMax }
  const rows = await selectOverrides(db, query)
  return new Set(rows.filter((row) => isLasting(row, now)).map((row) => row.attribute))
}

/**
 * Lets administrators change attributes of a managed person until a moment; pushes of the source do not reach them until
 * then. What was overridden before and is not over lasts as long as it did. Throws `notManaged`, `unknownAttribute`,
 * `invalidExpiry`.
 */
export async function beginOverrides(
  parts: DirectoryParts,
  context: DirectoryContext,
  command: {
    readonly personId: string
    readonly attributes: readonly string[]
    readonly reason: string
    readonly until: Date
  },
): Promise<readonly Override[]> {
  const type = getResourceType(context.registry, 'User')
  if (command.until.getTime() <= context.now.getTime())
    throw new AccessError('invalidExpiry', 'An override ends in the future', { field: 'until' })
  const attributes = [...new Set(command.attributes.map((name) => toAttribute(name, type)))]
  return guarded(parts, context, async (tx) => {
    const { organizationId, now } = context
    const person = await selectStandingById(tx, organizationId, command.personId)
    if (person === undefined) throw new AccessError('personNotFound', 'There is no such person')
    if (person.scim_id === null) throw new AccessError('personDeleted', 'The person is deleted: restore it first')
    if (managerOf(person.connection_id) === null)
      throw new AccessError('notManaged', 'No connection manages this person: change it without an override')
    const present = await lockOverrides(tx, organizationId, person.id)
    refuseRepeated(present, attributes, now)
    const stored = parseStored(person)
    const overrides = attributes.map((attribute) => ({
      id: parts.newId(),
      attribute,
      // The source's last word.
      pushed: readPath(stored, attribute, type),
    }))
    await insertOverrides(tx, {
      organizationId,
      userId: person.id,
      reason: command.reason,
      createdBy: context.actor,
      now,
      expiresAt: command.until,
      overrides,
    })
    await record(tx, context, person, { action: 'user.override_began', attributes, reason: command.reason })
    const query = { organizationId, userId: person.id, before: undefined, rowsMax: overrides.length }
    return selectOverrides(tx, query)
  })
}

/** The canonical name of an attribute of a person that a source may push. */
function toAttribute(name: string, type: ResourceType): string {
  const at = attributeOf(name, type)
  const extension = [...type.extensions.values()].find(({ schema }) => at.startsWith(`${schema.id}:`))
  const short = extension === undefined ? at : at.slice(extension.schema.id.length + 1)
  const attribute = (extension ?? type).attributes.get(short.toLowerCase())
  if (
    attribute === undefined ||
    attribute.mutability !== 'readWrite' ||
    ['schemas', 'externalId'].includes(attribute.name)
  )
    throw new AccessError('unknownAttribute', `"${name}" is no attribute that can be overridden`, {
      field: 'attributes',
    })
  return extension === undefined ? attribute.name : `${extension.schema.id}:${attribute.name}`
}

function refuseRepeated(present: readonly Override[], attributes: readonly string[], now: Date): void {
  const repeated = present.find((row) => attributes.includes(row.attribute))
  if (repeated === undefined) return
  const state = isLasting(repeated, now)
    ? 'is overridden already'
    : 'was overridden, and its source has not written since'
  throw new AccessError('overrideExists', `"${repeated.attribute}" ${state}`, { field: 'attributes' })
}

type Subject = { readonly organizationId: string; readonly userId: string }

/** All of a person, newest first; `next` is the last id of the page. */
export async function listOverrides(
  db: Queryable,
  subject: Subject,
  { limit, after }: PageOf,
): Promise<Page<Override>> {
  const rows = await selectOverrides(db, { ...subject, before: after, rowsMax: limit + 1 })
  return toPage(rows, limit, (row) => row.id)
}

export function countOverridesOf(db: Queryable, { organizationId, userId }: Subject): Promise<number> {
  return countOverrides(db, organizationId, userId)
}

/** Ends an override before its time; the source's value returns with its next push. Throws `overrideNotFound`. */
export async function endOverride(
  parts: DirectoryParts,
  context: DirectoryContext,
  target: { readonly personId: string; readonly id: string },
): Promise<void> {
  await guarded(parts, context, async (tx) => {
    const { organizationId, now, actor } = context
    const person = await selectStandingById(tx, organizationId, target.personId)
    const given = { organizationId, userId: target.personId, id: target.id, now, endedBy: actor }
    const ended = person === undefined ? undefined : await updateOverrideEnded(tx, given)
    if (ended === undefined || person === undefined)
      throw new AccessError('overrideNotFound', 'There is no such override that lasts')
    await record(tx, context, person, { action: 'user.override_ended', attributes: [ended.attribute] })
  })
}

async function record(
  tx: Queryable,
  context: DirectoryContext,
  person: { readonly id: string; readonly version: number },
  change: {
    readonly action: 'user.override_began' | 'user.override_ended'
    readonly attributes: readonly string[]
    readonly reason?: string
  },
): Promise<void> {
  const { action, ...what } = change
  await insertChange(tx, context, {
    action,
    subjectKind: 'user',
    subjectId: person.id,
    subjectVersion: person.version,
    cutCount: 0,
    data: { via: 'admin', ...what },
  })
}
