import { scimError, ScimError, type MemberStep, type ResourceDraft } from '@rollcall/scim'
import type { ResourceRecord, Storage } from '@rollcall/scim/server'
import {
  countNewMembers,
  limitOfMembers,
  limitOfPeople,
  membersPerHourMax,
  peoplePerHourMax,
  type HourlyLimit,
} from '../../access/hourly-limits.ts'
import type { ScimContext, ScimParts } from './scim-context.ts'

type Database = ScimParts['database']

/**
 * Counts what GitHub counts, under its styles only: the others neither pay for it nor notice.
 * What was counted and then refused, or changed nothing, is given back.
 */
export function limitStorage(storage: Storage<ScimContext>, database: Database): Storage<ScimContext> {
  const limited: Storage<ScimContext> = {
    ...storage,
    create: (context, type, draft, fields) => {
      const create = () => storage.create(context, type, draft, fields)
      if (!isLimited(context)) return create()
      if (type.name === 'Group') return createGroup(database, context, draft, create)
      return type.name === 'User' ? createUser(database, context, create) : create()
    },
    update: async (context, type, id, update) => {
      const change = () => storage.update(context, type, id, update)
      const named = isLimited(context) && type.name === 'Group' ? membersOf(update.members) : []
      if (named.length === 0) return change()
      const { organizationId } = context
      const amount = await countNewMembers(database, { organizationId, scimId: id }, named)
      const limit = limitOfMembers(database, organizationId, id)
      return counted(limit, { amount, now: context.now, isDone: ({ kind }) => kind === 'updated' }, change)
    },
  }
  const prepareMany = storage.prepareMany?.bind(storage)
  if (prepareMany !== undefined)
    limited.prepareMany = (context, type, drafts) => {
      if (!isLimited(context)) return prepareMany(context, type, drafts)
      return async () => {
        const outcomes: (ResourceRecord | ScimError)[] = []
        for (const draft of drafts)
          outcomes.push(await catching(() => limited.create(context, type, draft, { groups: false, members: false })))
        return outcomes
      }
    }
  return limited
}

function isLimited({ endpoint }: ScimContext): boolean {
  return endpoint.own.hourlyLimits
}

function createUser(
  database: Database,
  { organizationId, connectionId, now }: ScimContext,
  create: () => Promise<ResourceRecord>,
): Promise<ResourceRecord> {
  const limit = limitOfPeople(database, organizationId, connectionId ?? organizationId)
  return counted(limit, { amount: 1, now, isDone: () => true }, create)
}

/** A new group has had nobody added yet, so only the size of the request can be too much. */
async function createGroup(
  database: Database,
  { organizationId, now }: ScimContext,
  draft: ResourceDraft,
  create: () => Promise<ResourceRecord>,
): Promise<ResourceRecord> {
  const amount = draft.members?.length ?? 0
  if (amount > membersPerHourMax) throw tooMany(3_600)
  const record = await create()
  if (amount > 0) await limitOfMembers(database, organizationId, record.id).take(amount, now)
  return record
}

async function counted<Result>(
  limit: HourlyLimit,
  count: { readonly amount: number; readonly now: Date; isDone(result: Result): boolean },
  work: () => Promise<Result>,
): Promise<Result> {
  const { amount, now } = count
  if (amount === 0) return work()
  const waitSeconds = await limit.take(amount, now)
  if (waitSeconds !== undefined) throw tooMany(waitSeconds)
  let isDone = false
  try {
    const result = await work()
    isDone = count.isDone(result)
    return result
  } finally {
    if (!isDone) await limit.giveBack(amount)
  }
}

/** Ids that could be people's; what could not is refused by the store. */
function membersOf(steps: readonly MemberStep[]): readonly string[] {
  const named = steps.flatMap((step) => (step.kind === 'add' || step.kind === 'replace' ? step.members : []))
  return [...new Set(named.map(({ value }) => value.toLowerCase()))].filter((value) => uuid.test(value))
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

async function catching(work: () => Promise<ResourceRecord>): Promise<ResourceRecord | ScimError> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ScimError && error.code !== 'unavailable') return error
    throw error
  }
}

function tooMany(seconds: number): ScimError {
  const detail = `More than ${peoplePerHourMax} people assigned, or ${membersPerHourMax} added to one group, within an hour: try again in ${seconds} seconds`
  return scimError('tooManyRequests', detail, { headers: { 'retry-after': String(seconds) } })
}
