import { insertMail } from '../db/queries/mails.ts'
import {
  insertCertificateNotices,
  insertExpiryNotices,
  lockUnmailedNotices,
  selectKeyContact,
  selectPeopleWithRole,
  updateNoticeMailed,
  type UnmailedNotice,
} from '../db/queries/notices.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { Language } from '../language.ts'
import { createId, parseTypeId } from '../type-id.ts'
import { noticeEndingCredentials } from './app-credentials.ts'
import { ownerRole } from './built-in-roles.ts'
import { toOrganizationLanguage } from './invitation-settings.ts'
import { alertEmailOf } from './key-policy.ts'
import { toRecipient } from './recipient.ts'

type Contact = { readonly address: string; readonly language: Language }

const noticesPerTransaction = 100
/** So many owners hear of an alert at most. */
const ownersMax = 20

/** Notes which keys, certificates and credentials of apps are about to end or have ended, then tells by mail of every notice that was not told of yet. */
export async function runNotices(database: Database, now: Date): Promise<void> {
  await insertExpiryNotices(database, now)
  await insertCertificateNotices(database, now)
  await noticeEndingCredentials(database, now)
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
  const { organizationId, kind, data, serviceAccountName } = notice
  await insertMail(tx, {
    organizationId,
    id: createId(),
    template: kind,
    recipient: contact.address,
    locale: contact.language,
    data: { ...data, serviceAccount: serviceAccountName, at: now.toISOString() },
    at: now,
  })
}

/** Whoever is nearest to the key; that its owner left, and what has nobody near, is told to the organization. */
async function listContacts(tx: Queryable, notice: UnmailedNotice): Promise<readonly Contact[]> {
  if (notice.namedContacts !== null) return listNamedContacts(tx, notice, notice.namedContacts)
  const nearest = notice.kind === 'keyOwnerLeft' ? undefined : await findNearest(tx, notice)
  return nearest === undefined ? listAdministrators(tx, notice) : [nearest]
}

/** Administrators, and whom the app or the source names; nobody twice. */
async function listNamedContacts(
  tx: Queryable,
  notice: UnmailedNotice,
  addresses: readonly string[],
): Promise<readonly Contact[]> {
  const contacts = new Map(addresses.map((address) => [address, toContact(notice, address)]))
  for (const contact of await listAdministrators(tx, notice)) contacts.set(contact.address, contact)
  return [...contacts.values()]
}

/** The organization's address for alerts, else its owners. */
async function listAdministrators(tx: Queryable, notice: UnmailedNotice): Promise<readonly Contact[]> {
  const alert = alertEmailOf(notice.settings)
  if (alert !== undefined) return [toContact(notice, alert)]
  const role = { id: ownerRole.id, rowsMax: ownersMax }
  const documents = await selectPeopleWithRole(tx, notice.organizationId, role)
  return documents.map((document) => findPerson(notice, document)).filter((contact) => contact !== undefined)
}

async function findNearest(tx: Queryable, notice: UnmailedNotice): Promise<Contact | undefined> {
  const own = contactOf(notice, { email: notice.serviceAccountEmail, document: notice.ownerDocument })
  if (own !== undefined) return own
  const maker = parseTypeId('key', notice.keyCreatedBy ?? '')
  if (maker === undefined) return undefined
  const contact = await selectKeyContact(tx, notice.organizationId, maker)
  return contact === undefined ? undefined : contactOf(notice, contact)
}

function contactOf(
  notice: UnmailedNotice,
  key: { readonly email: string | null; readonly document: string | null },
): Contact | undefined {
  if (key.email !== null) return toContact(notice, key.email)
  return key.document === null ? undefined : findPerson(notice, key.document)
}

/** What is no person speaks no language of its own. */
function toContact({ settings }: UnmailedNotice, address: string): Contact {
  return { address, language: toOrganizationLanguage(settings) }
}

function findPerson({ settings }: UnmailedNotice, document: string): Contact | undefined {
  const { address, language } = toRecipient(document, settings)
  return address === null ? undefined : { address, language }
}
