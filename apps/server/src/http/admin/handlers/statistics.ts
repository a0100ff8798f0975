import { permissionsOf } from '../../../access/rights.ts'
import {
  readChangesChart,
  readErrorsChart,
  readPeopleChart,
  type Chart,
  type ChangesOfDay,
  type ErrorsOfDay,
} from '../../../insight/statistics.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'

export const statisticsHandlers: Handlers<'getPeopleStatistics' | 'getChangeStatistics' | 'getErrorStatistics'> = {
  getPeopleStatistics: async ({ parts, organization, call }, { query }) => ({
    body: view(await readPeopleChart(parts.database, organization.id, { ...query, now: call.now }), (day) => day),
  }),

  getChangeStatistics: async ({ parts, organization, call }, { query }) => ({
    body: view(await readChangesChart(parts.database, organization.id, { ...query, now: call.now }), viewChanges),
  }),

  getErrorStatistics: async (context, { query }) => {
    const { parts, organization, call } = context
    const withApps = mayReadApps(context)
    const chart = await readErrorsChart(parts.database, organization.id, { ...query, now: call.now, withApps })
    return { body: view(chart, viewErrors) }
  },
}

function mayReadApps({ principal }: CallContext): boolean {
  return permissionsOf(principal).has('apps:read')
}

function view<Entry, View>({ from, to, since, data }: Chart<Entry>, viewEntry: (entry: Entry) => View) {
  return { from, to, firstDay: since ?? null, data: data.map(viewEntry) }
}

function viewChanges({ day, origin, counts }: ChangesOfDay) {
  const { kind, id, name } = origin
  return {
    day,
    source: {
      kind,
      id: id === undefined ? null : formatTypeId(kind === 'source' ? 'src' : 'con', id),
      name: name ?? null,
    },
    created: counts['created'] ?? 0,
    updated: counts['updated'] ?? 0,
    suspended: counts['suspended'] ?? 0,
    deleted: counts['deleted'] ?? 0,
    members: counts['members'] ?? 0,
  }
}

function viewErrors({ day, origin, subject, cause, count }: ErrorsOfDay) {
  const shown =
    subject === undefined
      ? null
      : { id: formatTypeId(origin === 'app' ? 'app' : 'con', subject.id), name: subject.name ?? null }
  return { day, origin, subject: shown, cause, count }
}
