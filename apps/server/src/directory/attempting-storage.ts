import type { Storage } from '@rollcall/scim/server'
import { attempt } from '../db/transaction.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { recordingHolds } from './guard.ts'

/**
 * A directory for many writes in one transaction: each may be refused without taking the others with it, and a mass change
 * that is held is recorded although the transaction goes on. Outside of a transaction nothing is different.
 */
export function attemptingEach(parts: DirectoryParts, storage: Storage<DirectoryContext>): Storage<DirectoryContext> {
  const attempting = <Result>(context: DirectoryContext, work: () => Promise<Result>): Promise<Result> => {
    const { tx } = context
    if (tx === undefined) return work()
    return recordingHolds(parts, context, () => attempt(tx, work))
  }
  // Without prepareMany: what is written together fails together.
  return {
    find: (context, type, id, fields) => storage.find(context, type, id, fields),
    list: (context, type, query) => storage.list(context, type, query),
    create: (context, type, draft, fields) => attempting(context, () => storage.create(context, type, draft, fields)),
    update: (context, type, id, update) => attempting(context, () => storage.update(context, type, id, update)),
    remove: (context, type, id, ifVersion) => attempting(context, () => storage.remove(context, type, id, ifVersion)),
    transaction: async (context, work) => {
      if (storage.transaction === undefined) throw new Error('The directory has transactions')
      if (context.tx !== undefined) return attempting(context, () => work(context))
      return storage.transaction(context, work)
    },
  }
}
