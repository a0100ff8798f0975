import { toPage, type Page, type PageOf } from '../access/call.ts'
import { getOrganization } from '../access/organizations.ts'
import { toSignInSettings } from '../access/sign-in-settings.ts'
import {
  deleteSessionsBefore,
  selectSessionCount,
  selectSessions,
  type ListedSession,
  type SessionFilter,
} from '../db/queries/session-lists.ts'
import type { Queryable } from '../db/pool.ts'

export type { ListedSession } from '../db/queries/session-lists.ts'

/** Whose sessions; `withEnded`: also those that opened something once. */
export type SessionQuery = {
  readonly organizationId: string
  readonly userId?: string | undefined
  readonly identityProviderId?: string | undefined
  readonly withEnded: boolean
  readonly now: Date
}

const keptDays = 30
const dayMs = 86_400_000

/** Newest first; `next` is the last id of the page. */
export async function listSessions(db: Queryable, query: SessionQuery, page: PageOf): Promise<Page<ListedSession>> {
  const filter = await toFilter(db, query)
  const rows = await selectSessions(db, filter, { before: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ id }) => id)
}

export async function countSessions(db: Queryable, query: SessionQuery): Promise<number> {
  return selectSessionCount(db, await toFilter(db, query))
}

export async function findSession(
  db: Queryable,
  query: SessionQuery,
  sessionId: string,
): Promise<ListedSession | undefined> {
  const filter = { ...(await toFilter(db, query)), sessionId }
  const [session] = await selectSessions(db, filter, { before: undefined, rowsMax: 1 })
  return session
}

async function toFilter(db: Queryable, query: SessionQuery): Promise<SessionFilter> {
  const { settings } = await getOrganization(db, query.organizationId)
  const { idleMinutes, absoluteMinutes } = toSignInSettings(settings)
  return { ...query, userId: query.userId, idleMinutes, absoluteMinutes }
}

/** Forgets sessions that ended a month ago; the changes stay. */
export function trimSessions(db: Queryable, now: Date): Promise<number> {
  return deleteSessionsBefore(db, new Date(now.getTime() - keptDays * dayMs))
}
