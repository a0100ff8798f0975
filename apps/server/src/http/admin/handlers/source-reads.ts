import {
  approveRead,
  cancelRead,
  countOwnReads,
  getRead,
  listReads,
  rejectRead,
  type ReadName,
  type SourceRead,
} from '../../../sources/read-decisions.ts'
import { startRead } from '../../../sources/start-read.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewRead } from '../views/sources.ts'
import { nameSource } from './sources.ts'

type ReadRoute =
  | 'startSourceRead'
  | 'listSourceReads'
  | 'getSourceRead'
  | 'cancelSourceRead'
  | 'approveSourceRead'
  | 'rejectSourceRead'

export const sourceReadHandlers: Handlers<ReadRoute> = {
  startSourceRead: async (context, { params, body }) => {
    const { mode, file } = body
    const fileId = file === undefined ? undefined : toUuid('sfl', file)
    const request = { ...nameSource(context, params), mode, fileId }
    const shown = show(await startRead(context.parts.database, context.call, request))
    const { slug } = context.organization
    return {
      ...shown,
      location: `/api/v1/organizations/${slug}/source-reads/${shown.body.id}`,
    }
  },

  listSourceReads: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameSource(context, params)
    const { state } = query
    return answerList(context, {
      route: `listSourceReads ${name.sourceId}`,
      query,
      read: (page) => listReads(database, name, { ...page, state }),
      count: () => countOwnReads(database, name, { state }),
      view: viewRead,
    })
  },

  getSourceRead: async (context, { params }) => show(await getRead(context.parts.database, nameRead(context, params))),

  cancelSourceRead: async (context, { params }) =>
    show(await cancelRead(context.parts.database, context.call, nameRead(context, params))),

  approveSourceRead: async (context, { params, body }) =>
    show(await approveRead(context.parts.database, context.call, { ...nameRead(context, params), ...body })),

  rejectSourceRead: async (context, { params, body }) =>
    show(await rejectRead(context.parts.database, context.call, { ...nameRead(context, params), ...body })),
}

export function nameRead(context: CallContext, params: { readonly sourceRead: string }): ReadName {
  return { organizationId: context.organization.id, readId: toUuid('srd', params.sourceRead) }
}

function show(read: SourceRead) {
  return { body: viewRead(read) }
}
