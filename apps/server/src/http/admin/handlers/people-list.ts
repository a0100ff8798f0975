import type { RouteInput } from '@rollcall/admin-api'
import { ScimError } from '@rollcall/scim'
import { loadRegistry } from '../../../access/custom-types.ts'
import type { Page } from '../../../access/call.ts'
import {
  countListed,
  estimateListed,
  listPeople,
  listPeopleByName,
  readExtras,
  toBoundFilter,
  type ListPeople,
  type PersonExtras,
} from '../../../directory/list-people.ts'
import { localOwner } from '../../../directory/ownership.ts'
import type { Person } from '../../../directory/people.ts'
import { formatTypeId, parseTypeId } from '../../../type-id.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { fieldError, invalid } from '../parse-request.ts'
import { toViewer } from '../person-context.ts'
import { toUuid } from '../to-uuid.ts'
import { viewSummary } from '../views/people.ts'

type Query = RouteInput<'listPeople'>['query']
type Row = { readonly person: Person; readonly extras: PersonExtras | undefined }

export const peopleListHandlers: Handlers<'listPeople'> = {
  listPeople: async (context, { query }) => {
    const { database } = context.parts
    const { count, include, ...listed } = query
    const asked = await toListPeople(context, query)
    const viewer = toViewer(context)
    const wants = {
      teams: include?.has('teams') === true,
      apps: include?.has('apps') === true,
      lastSignIn: include?.has('lastSignIn') === true,
    }
    const { body } = await answerList<Row, ReturnType<typeof viewSummary>>(context, {
      route: 'listPeople',
      query: listed,
      read: async (page) => {
        const { data, next } = await readPage(context, { asked, sort: query.sort, page })
        if (include === undefined) return { data: data.map((person) => ({ person, extras: undefined })), next }
        const ids = data.map(({ id }) => id)
        const extras = await readExtras(database, asked.organizationId, { ids, wants })
        return { data: data.map((person) => ({ person, extras: extras.get(person.id) })), next }
      },
      count: () => countListed(database, asked),
      view: ({ person, extras }) => ({ ...viewSummary(person, viewer), ...viewExtras(extras, wants) }),
    })
    return { body: { ...body, ...(count !== undefined && { count: await countAsAsked(context, asked, count) }) } }
  },
}

function readPage(
  { parts }: CallContext,
  {
    asked,
    sort,
    page,
  }: {
    readonly asked: ListPeople
    readonly sort: Query['sort']
    readonly page: { readonly limit: number; readonly after: string | undefined }
  },
): Promise<Page<Person>> {
  if (sort === 'created') return listPeople(parts.database, asked, page)
  return listPeopleByName(parts.database, { ...asked, isDescending: sort === '-userName' }, page)
}

async function countAsAsked({ parts }: CallContext, asked: ListPeople, count: NonNullable<Query['count']>) {
  if (count === 'exactly') return { value: await countListed(parts.database, asked), exact: true }
  const { value, isExact } = await estimateListed(parts.database, asked)
  return { value, exact: isExact }
}

function viewExtras(
  extras: PersonExtras | undefined,
  wants: { readonly teams: boolean; readonly apps: boolean; readonly lastSignIn: boolean },
) {
  if (extras === undefined) return {}
  const { teams, apps, lastSignInAt } = extras
  return {
    ...(wants.teams && {
      teams: {
        first: teams?.first.map(({ id, name }) => ({ id: formatTypeId('team', id), name })) ?? [],
        count: teams?.count ?? 0,
      },
    }),
    ...(wants.apps && { apps: { ok: apps?.ok ?? 0, total: apps?.total ?? 0 } }),
    ...(wants.lastSignIn && { lastSignInAt: lastSignInAt?.toISOString() ?? null }),
  }
}

type Filters = Omit<RouteInput<'exportPeopleAsScim'>['query'], 'limit' | 'cursor' | 'total'>

/** What the query of a list or an export asks for. */
export async function toListPeople(context: CallContext, query: Filters): Promise<ListPeople> {
  return {
    organizationId: context.organization.id,
    // The schema lets only names of states through.
    states: query.state as ListPeople['states'],
    search: query.search,
    connectionId: query.connection === undefined ? undefined : toOwner(query.connection),
    teamId: query.team === undefined ? undefined : toUuid('team', query.team),
    filter: query.filter === undefined ? undefined : await toFilter(context, query.filter),
  }
}

/** A source is a connection of the same id. */
function toOwner(reference: string): string {
  if (reference === 'local') return localOwner
  return parseTypeId('src', reference) ?? toUuid('con', reference)
}

async function toFilter({ parts, organization }: CallContext, text: string): Promise<ListPeople['filter']> {
  try {
    return toBoundFilter(await loadRegistry(parts.database, organization.id, undefined), text)
  } catch (error) {
    if (!(error instanceof ScimError)) throw error
    const detail = fieldError('query', 'filter', 'invalidFilter', error.message)
    throw invalid([{ ...detail, ...(error.position !== undefined && { position: error.position }) }])
  }
}
