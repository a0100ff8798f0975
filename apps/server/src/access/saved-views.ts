import { insertAccessChange } from '../db/queries/access-changes.ts'
import { lockOrganization } from '../db/queries/organizations.ts'
import {
  deleteSavedViewRow,
  insertSavedView,
  selectOwnedViewCount,
  selectSavedViewCount,
  selectSavedViews,
  type SavedViewRow,
} from '../db/queries/saved-views.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { AccessError } from './access-error.ts'
import { toPage, type Call, type Page, type PageOf } from './call.ts'
import type { Permission } from './scopes.ts'

/** A page of the console with its filters, under a name. */
export type SavedView = SavedViewRow

/** What somebody must be allowed to see of the lists that have views. */
const needs = {
  users: 'people:read',
  teams: 'teams:read',
  audit: 'audit:read',
  requests: 'log:read',
  logs: 'apps:read',
} as const

export type SavedViewScreen = keyof typeof needs

/** So many views a person has at most, and so many everybody sees. */
const viewsMax = 50

/** Who asks: the person, if there is one, and the organization. */
type Asking = { readonly organizationId: string; readonly userId: string | null }

/** Oldest first; of lists that the caller may see. */
export async function listSavedViews(
  database: Queryable,
  call: Call,
  request: Asking & PageOf & { readonly screen: SavedViewScreen | undefined },
): Promise<Page<SavedView>> {
  const { organizationId, userId, after, limit } = request
  const find = { userId, screens: seenScreens(call, request.screen) }
  const rows = await selectSavedViews(database, organizationId, { ...find, after, rowsMax: limit + 1 })
  return toPage(rows, limit, (row) => row.id)
}

export function countSavedViews(
  database: Queryable,
  call: Call,
  { organizationId, userId, screen }: Asking & { readonly screen: SavedViewScreen | undefined },
): Promise<number> {
  return selectSavedViewCount(database, organizationId, { userId, screens: seenScreens(call, screen) })
}

function seenScreens(call: Call, screen: SavedViewScreen | undefined): readonly SavedViewScreen[] {
  const all: readonly SavedViewScreen[] = ['users', 'teams', 'audit', 'requests', 'logs']
  return all.filter((each) => (screen === undefined || each === screen) && may(call, needs[each]))
}

function may({ rights }: Call, permission: Permission): boolean {
  return rights === 'all' || rights.permissions.has(permission)
}

/** Throws `beyondRights`, `tooManySavedViews`. */
export async function createSavedView(
  database: Database,
  call: Call,
  request: Asking & {
    readonly command: Pick<SavedView, 'name' | 'search'> & {
      readonly screen: SavedViewScreen
      readonly isShared: boolean
    }
  },
): Promise<SavedView> {
  const { organizationId, command } = request
  const { screen, name, search, isShared } = command
  requireRight(call, needs[screen], 'Whoever saves a view of that list')
  if (isShared) requireRight(call, 'settings:manage', 'Whoever saves a view for everybody')
  const userId = isShared ? null : request.userId
  if (userId === null && !isShared)
    throw new AccessError('beyondRights', 'A key of no person can only save views that everybody sees: say isShared', {
      field: 'isShared',
    })
  const row = {
    organizationId,
    id: createId(),
    screen,
    name,
    search,
    userId,
    createdBy: call.actor,
    createdAt: call.now,
  }
  return transaction(database, async (tx) => {
    await lockOrganization(tx, organizationId)
    if ((await selectOwnedViewCount(tx, organizationId, userId)) >= viewsMax)
      throw new AccessError('tooManySavedViews', `There are ${viewsMax} views already: delete one that nobody needs`)
    await insertSavedView(tx, row)
    if (isShared) await record(tx, call, row, 'organization.view_saved')
    return row
  })
}

/** Throws `savedViewNotFound`, `beyondRights`. */
export async function deleteSavedView(
  database: Database,
  call: Call,
  { organizationId, userId, id }: Asking & { readonly id: string },
): Promise<void> {
  await transaction(database, async (tx) => {
    const gone = await deleteSavedViewRow(tx, organizationId, { id, userId })
    if (gone === undefined) throw new AccessError('savedViewNotFound', 'There is no such view')
    if (gone.userId !== null) return
    requireRight(call, 'settings:manage', 'Whoever deletes a view of everybody')
    await record(tx, call, gone, 'organization.view_deleted')
  })
}

function requireRight(call: Call, permission: Permission, who: string): void {
  if (!may(call, permission)) throw new AccessError('beyondRights', `${who} needs the permission "${permission}"`)
}

/** Of what everybody sees it is known who did it; what is one person’s own concerns nobody. */
async function record(tx: Queryable, call: Call, view: SavedView, action: `organization.${string}`): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: view.organizationId,
    at: call.now,
    action,
    subjectId: view.organizationId,
    subjectVersion: 1,
    actor: call.actor,
    requestId: call.requestId,
    data: { view: formatTypeId('view', view.id), name: view.name, screen: view.screen },
  })
}
