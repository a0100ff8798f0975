import { insertMail } from '../db/queries/mails.ts'
import {
  insertExpiryNotices,
  lockUnmailedNotices,
  selectKeyContact,
  selectPeopleWithRole,
  updateNoticeMailed,
  type UnmailedNotice,
} from '../db/queries/notices.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId, parseTypeId } from '../type-id.ts'
import { ownerRole } from './built-in-roles.ts'
import { alertEmailOf } from './key-policy.ts'
import { findContact, type Contact } from './person-contact.ts'

const noticesPerTransaction = 100
/** So many owners hear of an alert at most. */
const ownersMax = 20

/** Notes which keys are about to end or have ended, then tells by mail of every notice that was not told of yet. */
export async function runNotices(database: Database, now: Date): Promise<void> {
  await insertExpiryNotices(database, now)
  while ((await mailSome(database, now)) === noticesPerTransaction);
}

/** A notice and its mail are settled together: each is told of once, whatever dies in between. */
function mailSome(database: Database, now: Date): Promise<number> {
  return transaction(database, async (tx) => {
    const notices = await lockUnmailedNotices(tx, noticesPerTransaction)
    for (const notice of notices) {
      const { organizationId, id } = notice
      for (const contact of await listContacts(tx, notice)) await mailOne(tx, notice, contact, now)
      await updateNoticeMailed(tx, { organizationId, id, at: now })
    }
    return notices.length
  })
}

async function mailOne(tx: Queryable, notice: UnmailedNotice, contact: Contact, now: Date): Promise<void> {
  const { organizationId, organizationName, kind, data, serviceAccountName } = notice
  await insertMail(tx, {
    organizationId,
    id: createId(),
    template: kind,
    recipient: contact.address,
    locale: contact.locale,
    data: { ...data, organization: organizationName, serviceAccount: serviceAccountName, at: now.toISOString() },
    at: now,
  })
}

/** Whoever is nearest to the key; that its owner left, and what has nobody near, is told to the organization. */
async function listContacts(tx: Queryable, notice: UnmailedNotice): Promise<readonly Contact[]> {
  const nearest = notice.kind === 'keyOwnerLeft' ? undefined : await findNearest(tx, notice)
  return nearest === undefined ? listAdministrators(tx, notice) : [nearest]
}

/** The organization's address for alerts, else its owners. */
async function listAdministrators(tx: Queryable, notice: UnmailedNotice): Promise<readonly Contact[]> {
  const alert = alertEmailOf(notice.settings)
  if (alert !== undefined) return [{ address: alert, locale: 'en' }]
  const role = { id: ownerRole.id, rowsMax: ownersMax }
  const documents = await selectPeopleWithRole(tx, notice.organizationId, role)
  return documents.map(findContact).filter((contact) => contact !== undefined)
}

async function findNearest(tx: Queryable, notice: UnmailedNotice): Promise<Contact | undefined> {
  const own = contactOf({ email: notice.serviceAccountEmail, document: notice.ownerDocument })
  if (own !== undefined) return own
  const maker = parseTypeId('key', notice.keyCreatedBy ?? '')
  if (maker === undefined) return undefined
  const contact = await selectKeyContact(tx, notice.organizationId, maker)
  return contact === undefined ? undefined : contactOf(contact)
}

function contactOf(key: { readonly email: string | null; readonly document: string | null }): Contact | undefined {
  if (key.email !== null) return { address: key.email, locale: 'en' }
  return key.document === null ? undefined : findContact(key.document)
}
