import { foldCase, isJsonObject, ScimError, type JsonObject } from '@rollcall/scim'
import { createDerivedLinks, type DerivedLinks, type LinkName, type LinkParts } from '../access/derived-links.ts'
import { isMailAddress } from '../access/mail-address.ts'
import { getOrganization } from '../access/organizations.ts'
import { toRecipient } from '../access/recipient.ts'
import {
  deleteEmailChangesBefore,
  insertEmailChange,
  selectEmailChange,
  updateEmailChange,
  type EmailChangeRow,
} from '../db/queries/email-changes.ts'
import { upsertVerifiedEmail } from '../db/queries/invitations.ts'
import { insertMail } from '../db/queries/mails.ts'
import { selectPerson } from '../db/queries/people.ts'
import { takeFromWindow } from '../db/queries/rate-windows.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { createIdSource } from '../directory/new-id.ts'
import { requireUnlocked } from '../directory/overrides.ts'
import { LockedError } from '../directory/ownership.ts'
import { getPerson, updatePerson } from '../directory/people.ts'
import { parseStored } from '../directory/records.ts'
import { createId, formatTypeId } from '../type-id.ts'
import { toOwnContext } from './own-context.ts'
import type { Session } from './sessions.ts'

/** How long the two links work by which a new address is confirmed. */
export const emailChangeHours = 24
const hourMs = 3_600_000
/** New addresses that one person asks for within an hour. */
export const emailChangesPerHourMax = 5

export function createEmailLinks(parts: LinkParts): DerivedLinks {
  return createDerivedLinks(parts, { folder: 'email', kind: 'eml', secretName: 'email.link' })
}

/** `locked`: a source says what the address is. */
export type AskedEmail = 'asked' | 'invalid' | 'same' | 'locked' | 'throttled'

/** A person wants another address: both get a link, and nothing changes before both were opened. */
export async function askEmailChange(
  database: Database,
  {
    session,
    now,
    requestId,
  }: {
    readonly session: Pick<Session, 'organizationId' | 'userId'>
    readonly now: Date
    readonly requestId: string
  },
  given: string,
): Promise<AskedEmail> {
  const { organizationId, userId } = session
  const newAddress = given.trim()
  if (!isMailAddress(newAddress)) return 'invalid'
  const person = await getPerson(database, organizationId, userId)
  const { settings } = await getOrganization(database, organizationId)
  const { address: oldAddress, language } = toRecipient(person.document, settings)
  if (oldAddress !== null && foldCase(oldAddress) === foldCase(newAddress)) return 'same'
  const actor = formatTypeId('usr', userId)
  const act = { organizationId, connectionId: person.connection_id, actor, requestId, now, via: 'account' }
  const isLocked = await locks(requireUnlocked(database, await toOwnContext(database, act), person, ['emails']))
  if (isLocked) return 'locked'
  return transaction(database, async (tx) => {
    const window = { organizationId, name: `email change ${userId}`, windowMs: hourMs, max: emailChangesPerHourMax }
    if ((await takeFromWindow(tx, window, { amount: 1, now })) !== undefined) return 'throttled'
    const [oldLink, newLink] = [createId(), createId()]
    const expiresAt = new Date(now.getTime() + emailChangeHours * hourMs)
    const row = { organizationId, id: createId(), userId, oldAddress, newAddress, oldLink, newLink, now, expiresAt }
    await insertEmailChange(tx, row)
    const mail = { organizationId, locale: language, at: now }
    const data = { hours: emailChangeHours, address: newAddress }
    const toNew = { ...mail, id: createId(), template: 'emailConfirmNew', recipient: newAddress } as const
    await insertMail(tx, { ...toNew, data: { ...data, email: newLink } })
    if (oldAddress === null) return 'asked'
    const toOld = { ...mail, id: createId(), template: 'emailConfirmOld', recipient: oldAddress } as const
    await insertMail(tx, { ...toOld, data: { ...data, email: oldLink } })
    return 'asked'
  })
}

async function locks(work: Promise<unknown>): Promise<boolean> {
  try {
    await work
    return false
  } catch (error) {
    if (error instanceof LockedError) return true
    throw error
  }
}

/** `half`: the other address must confirm too. `done`: the address is changed. */
export type EmailLinkState =
  | { readonly kind: 'open' | 'half' | 'done'; readonly change: EmailChangeRow; readonly isNew: boolean }
  | { readonly kind: 'unknown' | 'used' | 'expired' | 'locked' | 'taken' }

export async function readEmailLink(db: Queryable, link: LinkName, now: Date): Promise<EmailLinkState> {
  return judge(await selectEmailChange(db, link, { lock: false }), link, now)
}

function judge(change: EmailChangeRow | undefined, link: LinkName, now: Date): EmailLinkState {
  if (change === undefined) return { kind: 'unknown' }
  const isNew = change.newLink === link.id
  const isConfirmed = (isNew ? change.newConfirmedAt : change.oldConfirmedAt) !== null
  if (change.endedAt !== null) return { kind: 'used' }
  if (change.expiresAt.getTime() <= now.getTime()) return { kind: 'expired' }
  return { kind: isConfirmed ? 'half' : 'open', change, isNew }
}

/** Uses one link up; with the second one the address changes, in the same transaction. */
export async function confirmEmailChange(
  database: Database,
  link: LinkName,
  { now, requestId }: { readonly now: Date; readonly requestId: string },
): Promise<EmailLinkState> {
  try {
    return await transaction(database, async (tx) => {
      const state = judge(await selectEmailChange(tx, link, { lock: true }), link, now)
      if (state.kind !== 'open') return state
      const { change, isNew } = state
      const oldConfirmedAt = isNew ? change.oldConfirmedAt : now
      const newConfirmedAt = isNew ? now : change.newConfirmedAt
      const isDone = newConfirmedAt !== null && (oldConfirmedAt !== null || change.oldAddress === null)
      await updateEmailChange(tx, { ...change, oldConfirmedAt, newConfirmedAt, endedAt: isDone ? now : null })
      if (!isDone) return { ...state, kind: 'half' }
      await changeEmail(database, tx, change, { now, requestId })
      return { ...state, kind: 'done' }
    })
  } catch (error) {
    if (error instanceof LockedError) return { kind: 'locked' }
    if (error instanceof ScimError && error.scimType === 'uniqueness') return { kind: 'taken' }
    throw error
  }
}

async function changeEmail(
  database: Database,
  tx: Transaction,
  change: EmailChangeRow,
  { now, requestId }: { readonly now: Date; readonly requestId: string },
): Promise<void> {
  const { organizationId, userId, oldAddress, newAddress } = change
  const person = await selectPerson(tx, organizationId, userId)
  if (person === undefined) return
  const actor = formatTypeId('usr', userId)
  const act = { organizationId, connectionId: person.connection_id, actor, requestId, now, via: 'account' }
  const context = { ...(await toOwnContext(tx, act)), tx }
  const attributes = replaceAddress(parseStored(person), oldAddress, newAddress)
  await updatePerson({ database, newId: createIdSource() }, context, { id: userId, attributes, ifVersion: undefined })
  const addressKey = foldCase(newAddress)
  await upsertVerifiedEmail(tx, { organizationId, userId, address: newAddress, addressKey, at: now })
}

/** The address where it stands among the others, and as the user name if it was that too. */
function replaceAddress({ emails, userName }: JsonObject, before: string | null, after: string): JsonObject {
  const isOld = (text: unknown): boolean =>
    before !== null && typeof text === 'string' && foldCase(text) === foldCase(before)
  const listed = Array.isArray(emails) ? emails.filter(isJsonObject) : []
  const has = listed.some(({ value }) => isOld(value))
  const replaced = listed.map((email) => (isOld(email['value']) ? { ...email, value: after } : email))
  const added = { value: after, type: 'work', primary: !listed.some(({ primary }) => primary === true) }
  return {
    emails: has ? replaced : [...replaced, added],
    ...(isOld(userName) && { userName: after }),
  }
}

/** Forgets changes that nobody can confirm any more, a week later. */
export function trimEmailChanges(db: Queryable, now: Date): Promise<number> {
  return deleteEmailChangesBefore(db, new Date(now.getTime() - 7 * 24 * hourMs))
}
