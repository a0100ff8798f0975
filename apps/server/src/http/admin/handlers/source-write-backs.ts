import type { RouteAnswer } from '@rollcall/admin-api'
import { isJsonObject } from '@rollcall/scim'
import {
  confirmWriteBacks,
  countOwnWriteBacks,
  exportWriteBacks,
  listWriteBacks,
  listWrittenFields,
  retryWriteBacks,
  type WriteBack,
} from '../../../sources/write-back/write-backs.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { nameSource } from './sources.ts'

type WriteBackRoute =
  | 'listSourceWriteBacks'
  | 'exportSourceWriteBacks'
  | 'confirmSourceWriteBacks'
  | 'retrySourceWriteBacks'

export const sourceWriteBackHandlers: Handlers<WriteBackRoute> = {
  listSourceWriteBacks: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameSource(context, params)
    const { state } = query
    return answerList(context, {
      route: `listSourceWriteBacks ${name.sourceId}`,
      query,
      read: (page) => listWriteBacks(database, name, { ...page, state }),
      count: () => countOwnWriteBacks(database, name, { state }),
      view: viewWriteBack,
    })
  },

  exportSourceWriteBacks: async (context, { params }) => {
    const { database } = context.parts
    const name = nameSource(context, params)
    // A source that is not there is refused before the first line is sent.
    const fields = await listWrittenFields(database, name)
    return { body: '', pieces: exportWriteBacks(database, name, fields) }
  },

  confirmSourceWriteBacks: async (context, { params, body }) => {
    const request = { ...nameSource(context, params), before: new Date(body.before) }
    return { body: { count: await confirmWriteBacks(context.parts.database, context.call, request) } }
  },

  retrySourceWriteBacks: async (context, { params }) => ({
    body: { count: await retryWriteBacks(context.parts.database, context.call, nameSource(context, params)) },
  }),
}

function viewWriteBack(row: WriteBack): RouteAnswer<'listSourceWriteBacks'>['data'][number] {
  const fields: unknown = JSON.parse(row.fields)
  return {
    anchor: row.anchor,
    personId: formatTypeId('usr', row.userId),
    state: row.state,
    fields: isJsonObject(fields) ? { ...fields } : {},
    dueAt: row.dueAt.toISOString(),
    failures: row.failures,
    status: row.status,
    detail: row.detail,
    updatedAt: row.updatedAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
  }
}
