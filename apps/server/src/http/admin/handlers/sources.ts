import type { RouteBody, SourceRules } from '@rollcall/admin-api'
import { loadRegistry } from '../../../access/custom-types.ts'
import { deleteSource } from '../../../sources/delete-source.ts'
import { countOwnSources, createSource, listSources, updateSource } from '../../../sources/manage-sources.ts'
import { peopleTableRules } from '../../../sources/presets/people-table.ts'
import { scimResourceRules } from '../../../sources/presets/scim-resources.ts'
import { getSource, type Source, type SourceName } from '../../../sources/source.ts'
import { listNextReads } from '../../../sources/schedule.ts'
import { pauseSource, resumeSource } from '../../../sources/source-state.ts'
import { testSource } from '../../../sources/test-source.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { changeVersioned } from '../change-versioned.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { acceptRun } from '../views/runs.ts'
import { viewSource, viewSourceTest } from '../views/sources.ts'

type SourceRoute =
  | 'listSources'
  | 'createSource'
  | 'getSource'
  | 'updateSource'
  | 'deleteSource'
  | 'pauseSource'
  | 'resumeSource'
  | 'testSource'
  | 'previewSourceSchedule'

const previewedTimes = 3

export const sourceHandlers: Handlers<SourceRoute> = {
  listSources: (context, { query }) => {
    const { database } = context.parts
    return answerList(context, {
      route: 'listSources',
      query,
      read: (page) => listSources(database, context.organization.id, page),
      count: () => countOwnSources(database, context.organization.id),
      view: viewSource,
    })
  },

  createSource: async (context, { body }) => {
    const { parts, call } = context
    const { preset: _, ...asked } = body
    const organizationId = context.organization.id
    const { rules = await draftRules(context, body), ...command } = asked
    const shown = show(await createSource(parts, call, { organizationId, command, rules }))
    return { ...shown, location: `/api/v1/organizations/${context.organization.slug}/sources/${shown.body.id}` }
  },

  getSource: async (context, { params }) => show(await getSource(context.parts.database, nameSource(context, params))),

  updateSource: async (context, { params, body }) => {
    const { parts, call, ifVersion } = context
    const name = nameSource(context, params)
    const source = await changeVersioned({
      ifVersion,
      change: () => updateSource(parts, call, { ...name, command: body, ifVersion }),
      readVersion: async () => (await getSource(parts.database, name)).version,
    })
    return show(source)
  },

  deleteSource: async (context, { params }) =>
    acceptRun(await deleteSource(context.parts.database, context.call, nameSource(context, params))),

  pauseSource: async (context, { params, body }) =>
    show(await pauseSource(context.parts.database, context.call, { ...nameSource(context, params), ...body })),

  resumeSource: async (context, { params }) =>
    show(await resumeSource(context.parts.database, context.call, nameSource(context, params))),

  previewSourceSchedule: async (context, { body }) => ({
    body: {
      next: listNextReads(body.schedule, context.call.now, previewedTimes).map((at) => at.toISOString()),
    },
  }),

  testSource: async (context, { params }) => ({
    body: viewSourceTest(await testSource(context.parts, context.call.now, nameSource(context, params))),
  }),
}

export function nameSource(context: CallContext, params: { readonly source: string }): SourceName {
  return { organizationId: context.organization.id, sourceId: toUuid('src', params.source) }
}

function show(source: Source) {
  return { body: viewSource(source), version: source.version }
}

/** A first draft of the rules by what was asked for; undefined: none. */
async function draftRules(
  { parts, organization }: CallContext,
  { preset, place }: RouteBody<'createSource'>,
): Promise<SourceRules | undefined> {
  if (preset === undefined) return undefined
  if (preset === 'people') return peopleTableRules()
  return scimResourceRules(await loadRegistry(parts.database, organization.id, undefined), place.kind)
}
