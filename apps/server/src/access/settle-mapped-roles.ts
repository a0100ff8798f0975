import {
  deleteDues,
  insertDrifted,
  selectDues,
  selectOrganizationsWithDues,
  selectOrganizationsWithMappings,
  settleMappedRoles,
} from '../db/queries/role-mappings.ts'
import { insertRoleNote, type RoleOrigin } from '../db/queries/role-assignments.ts'
import type { Database } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { builtInNames } from './built-in-roles.ts'
import { isLastOwner, lastOwnerReason } from './last-owner.ts'

/** People whose roles are settled in one transaction. */
const batchPeopleMax = 1_000
/** A change of a mapping settles so many people at once; the job does the others within seconds. */
const settledAtOnceMax = 5_000

/** Settles the people who wait, in the caller's transaction, as far as that is done quickly. */
export async function settleDuesNow(tx: Transaction, origin: RoleOrigin): Promise<void> {
  for (let settled = 0; settled < settledAtOnceMax; settled += batchPeopleMax) {
    const people = await selectDues(tx, origin.organizationId, batchPeopleMax)
    if (people.length === 0) return
    await settleMappedRoles(tx, origin, people, builtInNames)
  }
}

/** Settles everybody who waits, in every organization; run every second or so by the `work` role. */
export async function settleAllDues(database: Database, now: Date, signal: AbortSignal): Promise<void> {
  for (const organizationId of await selectOrganizationsWithDues(database)) {
    const origin = { organizationId, actor: 'system', requestId: undefined, now }
    while (!signal.aborted) {
      const people = await selectDues(database, organizationId, batchPeopleMax)
      if (people.length === 0) break
      await settleBatch(database, origin, people)
    }
  }
}

/** Looks for roles that differ from what memberships say, and puts those people on the list. */
export async function findDriftedRoles(database: Database, signal: AbortSignal): Promise<void> {
  for (const organizationId of await selectOrganizationsWithMappings(database)) {
    if (signal.aborted) return
    await insertDrifted(database, organizationId)
  }
}

/** One by one when the batch would take the last owner away: he keeps the role, and that stands in his history. */
async function settleBatch(database: Database, origin: RoleOrigin, people: readonly string[]): Promise<void> {
  try {
    await transaction(database, (tx) => settleMappedRoles(tx, origin, people, builtInNames))
  } catch (error) {
    if (!isLastOwner(error)) throw error
    const [first = ''] = people
    if (people.length === 1) return keepLastOwner(database, origin, first)
    for (const person of people) await settleBatch(database, origin, [person])
  }
}

async function keepLastOwner(database: Database, origin: RoleOrigin, person: string): Promise<void> {
  await transaction(database, async (tx) => {
    await deleteDues(tx, origin.organizationId, [person])
    const data = { via: 'mapping', reason: lastOwnerReason }
    await insertRoleNote(tx, origin, { kind: 'user', id: person }, { action: 'role.kept', data })
  })
}
