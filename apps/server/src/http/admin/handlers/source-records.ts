import { countOwnEscrow, countOwnRecords, getRecord, listEscrow, listRecords } from '../../../sources/records.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { viewEscrowEntry, viewRecord, viewRecordSummary } from '../views/sources.ts'
import { nameSource } from './sources.ts'

type RecordRoute = 'listSourceRecords' | 'getSourceRecord' | 'listSourceEscrow'

export const sourceRecordHandlers: Handlers<RecordRoute> = {
  listSourceRecords: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameSource(context, params)
    const { situation, search } = query
    return answerList(context, {
      route: `listSourceRecords ${name.sourceId}`,
      query,
      read: (page) => listRecords(database, name, { ...page, situation, search }),
      count: () => countOwnRecords(database, name, { situation, search }),
      view: viewRecordSummary,
    })
  },

  getSourceRecord: async (context, { params }) => {
    const request = { ...nameSource(context, params), anchor: params.anchor, now: context.call.now }
    return { body: viewRecord(await getRecord(context.parts, request)) }
  },

  listSourceEscrow: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameSource(context, params)
    const { reason } = query
    return answerList(context, {
      route: `listSourceEscrow ${name.sourceId}`,
      query,
      read: (page) => listEscrow(database, name, { ...page, reason }),
      count: () => countOwnEscrow(database, name, { reason }),
      view: viewEscrowEntry,
    })
  },
}
