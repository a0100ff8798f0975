import {
  selectAppCards,
  selectConnectionCards,
  selectFirstSteps,
  selectSourceCards,
  type AppCard,
  type ConnectionCard,
  type FirstSteps,
  type SourceCard,
} from '../db/queries/overview.ts'
import { countPeopleByState } from '../db/queries/activity-counts.ts'
import type { Queryable } from '../db/pool.ts'
import { listNeeds, type Need } from './needs.ts'
import { readActivitySince } from './statistics.ts'

export type Overview = {
  /** What the caller may not read is undefined. */
  readonly people: Readonly<Record<'pending' | 'active' | 'suspended' | 'deprovisioned', number>> | undefined
  readonly teams: number | undefined
  readonly apps: readonly (AppCard & { readonly ok24h: number; readonly failed24h: number })[] | undefined
  readonly sources: readonly SourceCard[] | undefined
  readonly connections: readonly (ConnectionCard & { readonly failed24h: number })[] | undefined
  readonly needs: readonly Need[]
  readonly firstSteps: FirstSteps
}

const dayMs = 86_400_000

/** How an organization stands now, in one go. */
export async function readOverview(
  db: Queryable,
  organizationId: string,
  asked: { readonly now: Date; readonly permissions: ReadonlySet<string>; readonly hasMail: boolean },
): Promise<Overview> {
  const { now, permissions } = asked
  const from = new Date(now.getTime() - dayMs)
  const mayRead = (permission: string): boolean => permissions.has(permission)
  const [counts, apps, sources, connections, needs, firstSteps] = await Promise.all([
    countPeopleByState(db, organizationId),
    mayRead('apps:read') ? readApps(db, organizationId, from) : undefined,
    mayRead('sources:read') ? selectSourceCards(db, organizationId, { at: from }) : undefined,
    mayRead('connections:read') ? readConnections(db, organizationId, from) : undefined,
    listNeeds(db, organizationId, asked),
    selectFirstSteps(db, organizationId),
  ])
  const { teams, ...people } = counts
  return {
    people: mayRead('people:read') ? people : undefined,
    teams: mayRead('teams:read') ? teams : undefined,
    apps,
    sources,
    connections,
    needs,
    firstSteps,
  }
}

async function readApps(db: Queryable, organizationId: string, from: Date): Promise<Overview['apps']> {
  const [apps, counts] = await Promise.all([
    selectAppCards(db, organizationId),
    readActivitySince(db, organizationId, { series: 'appOperations', from }),
  ])
  const sumOf = (id: string, kind: string): number =>
    counts.filter((each) => each.subjectId === id && each.kind === kind).reduce((sum, { count }) => sum + count, 0)
  return apps.map((app) => ({ ...app, ok24h: sumOf(app.id, 'success'), failed24h: sumOf(app.id, 'failure') }))
}

async function readConnections(db: Queryable, organizationId: string, from: Date): Promise<Overview['connections']> {
  const [connections, counts] = await Promise.all([
    selectConnectionCards(db, organizationId),
    readActivitySince(db, organizationId, { series: 'requestErrors', from }),
  ])
  return connections.map((connection) => ({
    ...connection,
    failed24h: counts.filter(({ subjectId }) => subjectId === connection.id).reduce((sum, { count }) => sum + count, 0),
  }))
}
