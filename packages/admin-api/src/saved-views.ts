import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { displayName, idOf, instant, pageOf, pageQuery } from './values.ts'

const screen = z
  .enum(['users', 'teams', 'audit', 'requests', 'logs'])
  .describe('Which list of the console; whoever may not see it sees none of its views')
  .meta({ id: 'SavedViewScreen' })

/** Of a search: more is no view but a document. */
const searchCharactersMax = 4_000

const search = z
  .record(z.string().max(60), z.union([z.string().max(2_000), z.number(), z.boolean()]))
  .refine((value) => JSON.stringify(value).length <= searchCharactersMax, 'Expected less')
  .describe('What the address of the page holds: words, filters, order')
  .meta({ examples: [{ q: 'result:failure' }] })

const savedView = z
  .object({
    id: idOf('savedView'),
    screen,
    name: z.string(),
    search,
    isShared: z.boolean().describe('False: only whoever saved it sees it'),
    createdBy: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'SavedView' })

const path = '/api/v1/organizations/{organization}/saved-views' as const
const tag = 'Saved views'

export const savedViewRoutes = {
  listSavedViews: {
    method: 'GET',
    path,
    tag,
    summary: 'Views of lists that whoever asks has saved, and those that everybody sees, oldest first',
    scope: 'any',
    params: inOrganization,
    query: z.object({ ...pageQuery, screen: screen.optional() }),
    body: null,
    status: 200,
    answer: pageOf(savedView, 'SavedViewPage'),
    errors: ['invalidCursor'],
  },
  createSavedView: {
    method: 'POST',
    path,
    tag,
    summary: 'Save a view of a list under a name; one that everybody sees takes the permission `settings:manage`',
    scope: 'any',
    params: inOrganization,
    query: none,
    body: z.strictObject({ screen, name: displayName, search, isShared: z.boolean() }).meta({ id: 'SavedViewCreate' }),
    status: 201,
    answer: savedView,
    errors: ['conflict'],
  },
  deleteSavedView: {
    method: 'DELETE',
    path: `${path}/{savedView}`,
    tag,
    summary: 'Delete a view: one of one’s own, or with `settings:manage` one that everybody sees',
    scope: 'any',
    params: inOrganization.extend({ savedView: idOf('savedView') }),
    query: none,
    body: null,
    status: 204,
    answer: null,
    errors: [],
  },
} as const satisfies Record<string, Route>
