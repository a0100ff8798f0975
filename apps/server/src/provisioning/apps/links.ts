import { AccessError } from '../../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import {
  deleteLink,
  selectLinkCount,
  selectListedLink,
  selectListedLinks,
  type LinkFilter,
  type ListedLinkRow,
} from '../../db/queries/app-links.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { enqueueWork } from '../../db/queries/provisioning-work.ts'
import { transaction } from '../../db/transaction.ts'
import { getAppRow, recordApp, type AppName } from './app.ts'

/** How it stands with one person or team in an app. */
export type AppLink = ListedLinkRow

/** In the order of our ids. Throws `appNotFound`. */
export async function listLinks(
  db: Queryable,
  app: AppName,
  page: PageOf & { readonly filter: LinkFilter },
): Promise<Page<AppLink>> {
  await getAppRow(db, app)
  const { filter, after, limit } = page
  const rows = await selectListedLinks(db, app, { filter, after, rowsMax: limit + 1 })
  return toPage(rows, limit, ({ objectId }) => objectId)
}

export function countLinks(db: Queryable, app: AppName, filter: LinkFilter): Promise<number> {
  return selectLinkCount(db, app, filter)
}

/** Throws `appNotFound`, `linkNotFound`. */
export async function getLink(db: Queryable, app: AppName, objectId: string): Promise<AppLink> {
  await getAppRow(db, app)
  const row = await selectListedLink(db, app, objectId)
  if (row === undefined) throw new AccessError('linkNotFound', 'The app has nothing to do with this person or team')
  return row
}

/** By the object, else by the account there; undefined: neither is known. Throws `appNotFound`. */
export async function findLink(
  db: Queryable,
  app: AppName,
  by: { readonly objectId: string | undefined; readonly targetKey: string },
): Promise<AppLink | undefined> {
  await getAppRow(db, app)
  const own = by.objectId === undefined ? undefined : await selectListedLink(db, app, by.objectId)
  if (own !== undefined) return own
  const [row] = await selectListedLinks(db, app, {
    filter: { targetKey: by.targetKey },
    after: undefined,
    rowsMax: 1,
  })
  return row
}

/** A request that nobody knows the end of may be carried out so long: its account would be made twice. */
const unsettledMs = 10 * 60_000

/** The lane of changes. */
const updateLane = 3

/**
 * Forgets which account a person or team has; the account stays as it is, and is looked for anew when the app goes on. Done
 * again it changes nothing. Throws `appNotFound`, and `appState` while the app is at work: a request may be on its way.
 */
export async function forgetLink(
  database: Database,
  call: Call,
  /** Undefined: nobody that we know, whose link is gone already. */
  app: AppName & { readonly objectId: string | undefined },
): Promise<void> {
  await transaction(database, async (tx) => {
    const row = await getAppRow(tx, app, { lock: true })
    if (row.state === 'active' || row.state === 'stopping')
      throw new AccessError('appState', 'The app is at work: pause it before you delete a link')
    const { objectId } = app
    const link = objectId === undefined ? undefined : await selectListedLink(tx, app, objectId)
    const askedAt = link?.inFlightAt?.getTime() ?? -Infinity
    if (call.now.getTime() - askedAt < unsettledMs)
      throw new AccessError('appState', 'What became of a request about it is not known yet: try again in ten minutes')
    if (link === undefined || !(await deleteLink(tx, app, link.objectId))) return
    const { kind } = link
    const again = {
      objects: [{ objectId: link.objectId, kind, lane: updateLane }],
      initiator: 'person',
      dueAt: call.now,
    }
    await enqueueWork(tx, app, again)
    await recordApp(tx, call, row, {
      action: 'app.link_deleted',
      data: { name: row.name, [link.kind === 'user' ? 'userId' : 'teamId']: link.objectId, targetKey: link.targetKey },
    })
  })
}
