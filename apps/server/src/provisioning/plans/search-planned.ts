import type { NewPlanOperation } from '../../db/queries/app-plan-operations.ts'
import { AccessError } from '../../access/access-error.ts'
import type { Database } from '../../db/pool.ts'
import { decideMatch, type Found } from '../export/protocol.ts'
import { searchesOf, toFound, type Sought } from '../export/searches.ts'
import type { AccountReader } from '../reconcile/account-reader.ts'
import { askPatiently } from '../reconcile/patient-list.ts'
import type { Planned, Planner } from './planner.ts'

/** So many searches are on their way at once. */
const searchersMax = 4

export type Singles = {
  readonly operations: readonly NewPlanOperation[]
  readonly unsearched: number
  /** Why some were not looked for; undefined: all were. */
  readonly detail: string | undefined
}

export type SinglesParts = {
  readonly database: Database
  readonly planner: Pick<Planner, 'app'>
  readonly reader: AccountReader
}

/** Looks for accounts one by one: what is found is taken over, or is a conflict. Reads only. */
export async function searchPlanned(parts: SinglesParts, planned: readonly Planned[]): Promise<Singles> {
  const waiting = [...planned].reverse()
  const operations: NewPlanOperation[] = []
  let unsearched = 0
  let detail: string | undefined
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const found = await findOne(parts, next.turn)
      if (found.kind === 'unknown') {
        unsearched += 1
        detail ??= found.detail
        if (!found.isAboutAll) continue
        // An app that does not answer one does not answer the others either.
        unsearched += waiting.length
        waiting.length = 0
        continue
      }
      const operation = toFoundOperation(next, found)
      if (operation !== undefined) operations.push(operation)
    }
  }
  await Promise.all(Array.from({ length: searchersMax }, work))
  return { operations, unsearched, detail }
}

type Unknown = { readonly kind: 'unknown'; readonly detail: string; readonly isAboutAll: boolean }

async function findOne({ database, planner, reader }: SinglesParts, sought: Sought): Promise<Found | Unknown> {
  const { target, patience } = reader
  const { kind } = sought.item
  const app = { organizationId: planner.app.organizationId, appId: planner.app.id, target }
  for (const { query, isOurs } of searchesOf(target, sought)) {
    try {
      const outcome = await askPatiently(patience, () => target.find(kind, query, patience.signal))
      if (outcome.kind !== 'done')
        return { kind: 'unknown', detail: outcome.detail, isAboutAll: outcome.kind !== 'refused' }
      const found = await toFound(database, app, sought, { objects: outcome.value, isOurs })
      if (found !== undefined) return found
    } catch (error) {
      if (!(error instanceof AccessError)) throw error
      return { kind: 'unknown', detail: error.message, isAboutAll: true }
    }
  }
  return { kind: 'none' }
}

/** What sending would do with it; undefined: make an account, as was planned. */
export function toFoundOperation({ operation, turn }: Planned, found: Found): NewPlanOperation | undefined {
  const { link, wanted, rules } = turn
  const step = decideMatch(link, wanted, found, { adoption: rules.adoption, mayCreate: rules.actions.create })
  if (step.kind === 'adopt') return { ...operation, operation: 'adopt', reason: 'Adopted', targetKey: step.key }
  return step.kind === 'fail' ? { ...operation, operation: 'conflict', reason: step.reason } : undefined
}
