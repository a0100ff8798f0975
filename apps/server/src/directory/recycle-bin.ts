import { ScimError } from '@rollcall/scim'
import { AccessError } from '../access/access-error.ts'
import { toRecycleBinDays } from '../access/recycle-bin-settings.ts'
import { brokenUnique } from '../db/queries/constraint.ts'
import { selectOrganizations } from '../db/queries/organizations.ts'
import {
  purgeUser,
  restoreUser,
  scrubMentions,
  selectDeletion,
  selectFormerScimIds,
  selectOverdue,
  type DeletionRow,
} from '../db/queries/recycle-bin.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { DirectoryContext, DirectoryParts } from './directory-context.ts'
import { guarded } from './guard.ts'
import { getPerson } from './people.ts'
import { parseStored } from './records.ts'

const dayMs = 86_400_000
const organizationsPerPage = 100
/** People that one transaction purges at most. */
const purgesPerPage = 100

const restorable: ReadonlySet<string> = new Set(['pending', 'active', 'suspended'])

/**
 * Brings a deleted person back as it was: state, resource, the teams that the deletion took away, and keys but those
 * that its style ended for good. Throws `notDeleted`, `purged`, `nameTaken`.
 */
export async function restorePerson(parts: DirectoryParts, context: DirectoryContext, id: string): Promise<void> {
  await guarded(parts, context, async (tx) => {
    const person = await getPerson(tx, context.organizationId, id)
    if (person.purged_at !== null)
      throw new AccessError('purged', 'The personal data was purged: nothing is left that could be restored')
    const deletion = await selectDeletion(tx, context.organizationId, id)
    const { act } = context
    const command = {
      id,
      scimId: deletion?.scim_id ?? parts.newId(),
      state: toState(deletion),
      deletedAt: deletion?.at ?? person.state_changed_at,
      externalIdUnique: context.style.externalIdUnique,
      data: JSON.stringify({ via: act?.via ?? 'admin', reason: act?.reason }),
    }
    const isRestored = await restoreUser(tx, context, command).catch((error: unknown) => {
      throw toTaken(error, parseStored(person)['userName'])
    })
    if (!isRestored) throw new AccessError('notDeleted', 'The person is not deleted')
  })
}

function toState(deletion: DeletionRow | undefined): 'pending' | 'active' | 'suspended' | undefined {
  // The set holds exactly these.
  const state = deletion?.state
  return state !== null && state !== undefined && restorable.has(state)
    ? (state as 'pending' | 'active' | 'suspended')
    : undefined
}

function toTaken(error: unknown, userName: unknown): unknown {
  if (error instanceof ScimError) return error
  const names: Readonly<Record<string, string>> = {
    users_user_name: `The userName "${String(userName)}"`,
    users_login: `The login of "${String(userName)}"`,
    users_external_id_key: 'The externalId',
    users_scim_id: 'The id',
  }
  const name = names[brokenUnique(error) ?? '']
  return name === undefined
    ? error
    : new AccessError('userNameTaken', `${name} is taken by another person meanwhile: rename or delete that one first`)
}

/** Forgets the personal data of a deleted person now. Throws `notDeleted`; twice is once. */
export async function purgePerson(parts: DirectoryParts, context: DirectoryContext, id: string): Promise<void> {
  await guarded(parts, context, async (tx) => {
    const person = await getPerson(tx, context.organizationId, id)
    if (person.purged_at !== null) return
    const data = JSON.stringify({ via: context.act?.via ?? 'admin', purged: true })
    const { organizationId } = context
    const scimIds = await selectFormerScimIds(tx, organizationId, id)
    if (!(await purgeUser(tx, context, { id, data })))
      throw new AccessError('notDeleted', 'Only who is deleted can be purged')
    await scrubMentions(tx, organizationId, scimIds)
  })
}

/** Purges whoever was in the recycle bin for longer than the organization keeps people there; a job. Returns how many. */
export async function purgeOverdue(
  database: Database,
  options: { readonly now: Date; readonly signal: AbortSignal },
): Promise<number> {
  let purged = 0
  let after: string | undefined
  for (;;) {
    const page = await selectOrganizations(database, { after, rowsMax: organizationsPerPage })
    for (const { id, settings } of page) {
      if (options.signal.aborted) return purged
      const before = new Date(options.now.getTime() - toRecycleBinDays(settings) * dayMs)
      purged += await purgeOrganization(database, { organizationId: id, before, ...options })
    }
    after = page.at(-1)?.slug
    if (page.length < organizationsPerPage) return purged
  }
}

async function purgeOrganization(
  database: Database,
  options: {
    readonly organizationId: string
    readonly before: Date
    readonly now: Date
    readonly signal: AbortSignal
  },
): Promise<number> {
  const { organizationId, before, now, signal } = options
  const origin = { organizationId, connectionId: null, actor: 'system', requestId: '', now }
  const data = JSON.stringify({ via: 'retention', purged: true })
  let purged = 0
  for (;;) {
    const ids = signal.aborted ? [] : await selectOverdue(database, { organizationId, before, rowsMax: purgesPerPage })
    await transaction(database, async (tx) => {
      for (const id of ids) await purgeUser(tx, origin, { id, data })
    })
    purged += ids.length
    if (ids.length < purgesPerPage) return purged
  }
}
