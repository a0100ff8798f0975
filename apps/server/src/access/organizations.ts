import type { JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import { insertConnection, type ConnectionRow } from '../db/queries/connections.ts'
import {
  insertOrganization,
  selectOrganization,
  selectOrganizationBySlug,
  selectOrganizations,
  updateOrganizationRow,
  type OrganizationRow,
} from '../db/queries/organizations.ts'
import { activateEverybody } from '../db/queries/user-states.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { settleSignIn } from './sign-in-rules.ts'
import { createId, parseTypeId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import { getConnection } from './connections.ts'
import { toInvitationSettings } from './invitation-settings.ts'
import { createShortId } from './key-text.ts'
import { parseName } from './name.ts'
import { parseOrganizationSettings } from './organization-settings.ts'
import { staleVersion } from './stale-version.ts'

export type Organization = OrganizationRow

export type CreateOrganization = {
  /** 1 to 63 of a-z, 0-9 and inner hyphens: it stands in URLs. */
  readonly slug: string
  /** Left out: the slug. */
  readonly name?: string | undefined
  readonly settings?: JsonObject | undefined
}

export type UpdateOrganization = {
  readonly slug?: string | undefined
  readonly name?: string | undefined
  readonly settings?: JsonObject | undefined
}

const slugShape = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/

/** Makes an organization with one SCIM connection: profile `default`, style `rollcall`. Throws `slugTaken`, `invalidSlug`. */
export function createOrganization(
  database: Database,
  call: Call,
  command: CreateOrganization,
  newId: () => string = createId,
): Promise<CreatedOrganization> {
  return transaction(database, (tx) => addOrganization(tx, call, command, newId))
}

export type CreatedOrganization = { readonly organization: Organization; readonly connection: ConnectionRow }

/** The same in a transaction of the caller. */
export async function addOrganization(
  tx: Transaction,
  call: Call,
  command: CreateOrganization,
  newId: () => string = createId,
): Promise<CreatedOrganization> {
  const slug = parseSlug(command.slug)
  const name = parseName(command.name ?? slug)
  const settings = parseOrganizationSettings(command.settings ?? {})
  const id = newId()
  const connectionId = newId()
  const row = { id, slug, shortId: createShortId(), name, settings, createdAt: call.now }
  const organization = await refuseTakenSlug(slug, insertOrganization(tx, row))
  await insertConnection(tx, {
    organizationId: id,
    id: connectionId,
    type: 'scim',
    name: 'SCIM',
    isDefault: true,
    profile: 'default',
    style: 'rollcall',
    settings: {},
    preset: null,
    createdBy: call.actor,
    createdAt: call.now,
  })
  await record(tx, call, organization, { action: 'organization.created', data: { slug, name } })
  return { organization, connection: await getConnection(tx, id, connectionId) }
}

/** The organization that an id (`org_…` or UUID) or a slug names. */
export async function findOrganization(database: Queryable, idOrSlug: string): Promise<Organization | undefined> {
  const id = parseTypeId('org', idOrSlug)
  if (id !== undefined) return selectOrganization(database, id)
  // What can be no slug needs no query; PostgreSQL would refuse some of it, such as U+0000, with an error.
  return slugShape.test(idOrSlug) ? selectOrganizationBySlug(database, idOrSlug) : undefined
}

/** The same; throws `organizationNotFound`. */
export async function getOrganization(database: Queryable, idOrSlug: string): Promise<Organization> {
  const organization = await findOrganization(database, idOrSlug)
  if (organization === undefined) throw new AccessError('organizationNotFound', 'There is no such organization')
  return organization
}

/** In order of their slugs; `next` is the last slug of the page. */
export async function listOrganizations(database: Queryable, page: PageOf): Promise<Page<Organization>> {
  const rows = await selectOrganizations(database, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.slug)
}

/** Changes what the command names. `ifVersion` is what If-Match asks for; throws `versionMismatch`, `slugTaken`. */
export async function updateOrganization(
  database: Database,
  call: Call,
  request: {
    readonly organizationId: string
    readonly command: UpdateOrganization
    readonly ifVersion?: number | undefined
  },
): Promise<Organization> {
  return transaction(database, async (tx) => {
    const before = await getOrganization(tx, request.organizationId)
    const version = request.ifVersion ?? before.version
    if (version !== before.version) throw staleVersion('The organization', before.version)
    const { command } = request
    const after = {
      id: before.id,
      slug: command.slug === undefined ? before.slug : parseSlug(command.slug),
      name: command.name === undefined ? before.name : parseName(command.name),
      settings: command.settings === undefined ? before.settings : replaceSettings(before.settings, command.settings),
      version,
      updatedAt: call.now,
    }
    if (isSame(before, after)) return before
    const updated = await refuseTakenSlug(after.slug, updateOrganizationRow(tx, after))
    if (updated === undefined) throw staleVersion('The organization', undefined)
    const data = { slug: updated.slug, name: updated.name, settings: updated.settings }
    await record(tx, call, updated, { action: 'organization.updated', data })
    await settleSignIn(tx, call, before, updated)
    if (isInviting(before) && !isInviting(updated)) await activateInvited(tx, call, updated.id)
    return updated
  })
}

/** Settings of which each has a permission or a step-up of its own. */
const guardedSettings = new Set(['signIn', 'audit'])

/** All of them but the guarded ones that are not said: a new language must not lift a lockdown, nor shorten the audit log. */
function replaceSettings(before: JsonObject, wanted: JsonObject): JsonObject {
  const kept = Object.entries(before).filter(([name]) => guardedSettings.has(name) && wanted[name] === undefined)
  return parseOrganizationSettings({ ...wanted, ...Object.fromEntries(kept) })
}

function isInviting({ settings }: Organization): boolean {
  return toInvitationSettings(settings).enabled
}

/** Whoever waits for an invitation would wait for ever once nobody is invited. */
async function activateInvited(tx: Queryable, call: Call, organizationId: string): Promise<void> {
  const { actor, now, requestId = '' } = call
  const origin = { organizationId, connectionId: null, actor, requestId, now }
  await activateEverybody(tx, origin, JSON.stringify({ via: 'invitations.off' }))
}

/** Counts the version on, so that every cache of the organization's settings is asked anew. Returns the new version. */
export async function updateOrganizationVersion(tx: Queryable, organization: Organization, now: Date): Promise<number> {
  const updated = await updateOrganizationRow(tx, { ...organization, updatedAt: now })
  if (updated === undefined) throw staleVersion('The organization', undefined)
  return updated.version
}

function isSame(before: Organization, after: Pick<Organization, 'slug' | 'name' | 'settings'>): boolean {
  return (
    before.slug === after.slug &&
    before.name === after.name &&
    JSON.stringify(before.settings) === JSON.stringify(after.settings)
  )
}

function parseSlug(text: string): string {
  if (slugShape.test(text)) return text
  const message = `"${text.slice(0, 80)}" is no slug: 1 to 63 of a-z, 0-9 and -, not beginning or ending with -`
  throw new AccessError('invalidSlug', message, { field: 'slug' })
}

async function refuseTakenSlug<Row>(slug: string, statement: Promise<Row>): Promise<Row> {
  try {
    return await statement
  } catch (error) {
    if (brokenUnique(error) !== 'organizations_slug_key') throw error
    throw new AccessError('slugTaken', `The slug "${slug}" is taken`, { field: 'slug' })
  }
}

async function record(
  tx: Queryable,
  call: Call,
  organization: Organization,
  change: { readonly action: `organization.${string}`; readonly data: JsonObject },
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: organization.id,
    at: call.now,
    action: change.action,
    subjectId: organization.id,
    subjectVersion: organization.version,
    actor: call.actor,
    requestId: call.requestId,
    data: change.data,
  })
}
