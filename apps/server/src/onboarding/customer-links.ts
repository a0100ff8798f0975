import { getScimGuide } from '@rollcall/admin-api/provider-guides'
import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { createConnection, getConnection } from '../access/connections.ts'
import { createDerivedLinks, type DerivedLinks, type LinkParts } from '../access/derived-links.ts'
import { toOrganizationLanguage } from '../access/invitation-settings.ts'
import { getOrganization } from '../access/organizations.ts'
import { parseMailAddress } from '../access/mail-address.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import {
  countCustomerLinks,
  insertCustomerLink,
  selectCustomerLink,
  selectCustomerLinks,
  updateCustomerLink,
  type CustomerLinkRow,
} from '../db/queries/customer-links.ts'
import { insertMail } from '../db/queries/mails.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { Language } from '../language.ts'
import { getIdentityProvider } from '../sign-in/identity-providers.ts'
import { createId } from '../type-id.ts'

/** A link by which the administrator of a customer connects an identity provider, without an account. */
export type CustomerLink = CustomerLinkRow

export type LinkState = 'sent' | 'opened' | 'inProgress' | 'done' | 'revoked' | 'expired'

const dayMs = 86_400_000
const daysDefault = 7

export type CreateLink = {
  readonly purpose: CustomerLink['purpose']
  readonly provider: CustomerLink['provider']
  /** Left out where SCIM is wanted: one is made. */
  readonly connectionId?: string | undefined
  /** Left out where SAML is wanted: one is made once its metadata is there. */
  readonly identityProviderId?: string | undefined
  readonly days?: number | undefined
  readonly recipient?: string | undefined
  readonly language?: Language | undefined
}

export function createCustomerLinks(parts: LinkParts): DerivedLinks {
  return createDerivedLinks(parts, { folder: 'set-up', kind: 'lnk', secretName: 'customer.link' })
}

/** Makes a link, the connection that it is for where none is named, and the mail. Throws `connectionNotFound`, `identityProviderNotFound`. */
export async function createLink(
  database: Database,
  call: Call,
  { organizationId, command }: { readonly organizationId: string; readonly command: CreateLink },
): Promise<CustomerLink> {
  const { purpose, provider, days = daysDefault } = command
  const organization = await getOrganization(database, organizationId)
  const connectionId = purpose === 'saml' ? null : await findConnection(database, call, { organizationId, command })
  const row: CustomerLink = {
    organizationId,
    id: createId(),
    purpose,
    provider,
    connectionId,
    identityProviderId: purpose === 'scim' ? null : await findProvider(database, organizationId, command),
    keyId: null,
    recipient: command.recipient === undefined ? null : parseMailAddress(command.recipient, 'mailTo'),
    locale: command.language ?? toOrganizationLanguage(organization.settings),
    doneSteps: [],
    step: null,
    createdBy: call.actor,
    createdAt: call.now,
    expiresAt: new Date(call.now.getTime() + days * dayMs),
    openedAt: null,
    doneAt: null,
    revokedAt: null,
    version: 1,
  }
  await transaction(database, async (tx) => {
    await insertCustomerLink(tx, row)
    await recordLink(tx, call, row, 'created')
    await mailLink(tx, call, row)
  })
  return row
}

async function findConnection(
  database: Database,
  call: Call,
  { organizationId, command }: { readonly organizationId: string; readonly command: CreateLink },
): Promise<string> {
  if (command.connectionId !== undefined)
    return (await getConnection(database, organizationId, command.connectionId)).id
  const { product: name, profile } = getScimGuide(command.provider)
  const made = await createConnection(database, call, { organizationId, command: { type: 'scim', name, profile } })
  return made.id
}

async function findProvider(db: Queryable, organizationId: string, command: CreateLink): Promise<string> {
  if (command.identityProviderId === undefined) return createId()
  return (await getIdentityProvider(db, organizationId, command.identityProviderId)).id
}

async function mailLink(tx: Queryable, call: Call, row: CustomerLink): Promise<void> {
  if (row.recipient === null) return
  await insertMail(tx, {
    organizationId: row.organizationId,
    id: createId(),
    template: 'setupLink',
    recipient: row.recipient,
    locale: row.locale,
    data: { setup: row.id, provider: getScimGuide(row.provider).product, expiresAt: row.expiresAt.toISOString() },
    at: call.now,
  })
}

/** Newest first. */
export async function listLinks(db: Queryable, organizationId: string, page: PageOf): Promise<Page<CustomerLink>> {
  const rows = await selectCustomerLinks(db, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, ({ id }) => id)
}

export function countLinks(db: Queryable, organizationId: string): Promise<number> {
  return countCustomerLinks(db, organizationId)
}

/** Throws `setupLinkNotFound`. */
export async function getLink(
  db: Queryable,
  organizationId: string,
  id: string,
  options: { readonly lock?: boolean } = {},
): Promise<CustomerLink> {
  const row = await selectCustomerLink(db, organizationId, id, options)
  if (row === undefined) throw new AccessError('setupLinkNotFound', 'There is no such set-up link')
  return row
}

/** Whoever has it can do nothing any more by it; a token that was made by it stays. Throws `setupLinkNotFound`, `setupLinkEnded`. */
export function revokeLink(
  database: Database,
  call: Call,
  name: { readonly organizationId: string; readonly id: string },
): Promise<CustomerLink> {
  return changeLink(database, call, { ...name, action: 'revoked', change: () => ({ revokedAt: call.now }) })
}

/** In the place of a link, which ends, another one for the same. Throws `setupLinkNotFound`, `setupLinkEnded` where it is done. */
export async function renewLink(
  database: Database,
  call: Call,
  name: { readonly organizationId: string; readonly id: string },
): Promise<CustomerLink> {
  return transaction(database, async (tx) => {
    const before = await getLink(tx, name.organizationId, name.id, { lock: true })
    if (before.doneAt !== null) throw new AccessError('setupLinkEnded', 'What this link was for is done')
    const lifeMs = before.expiresAt.getTime() - before.createdAt.getTime()
    const row: CustomerLink = {
      ...before,
      id: createId(),
      createdBy: call.actor,
      createdAt: call.now,
      expiresAt: new Date(call.now.getTime() + lifeMs),
      openedAt: null,
      revokedAt: null,
      version: 1,
    }
    if (before.revokedAt === null) {
      const ended = { ...before, revokedAt: call.now, version: before.version + 1 }
      await updateCustomerLink(tx, ended)
      await recordLink(tx, call, ended, 'revoked')
    }
    await insertCustomerLink(tx, row)
    await recordLink(tx, call, row, 'created')
    await mailLink(tx, call, row)
    return row
  })
}

type LinkAction = 'opened' | 'revoked' | 'done' | 'step_done'

/** Changes a link that still opens something, with its change. Throws `setupLinkEnded`. */
export function changeLink(
  database: Database,
  call: Call,
  wanted: {
    readonly organizationId: string
    readonly id: string
    readonly action: LinkAction
    change(link: CustomerLink): Partial<CustomerLink> | undefined
  },
): Promise<CustomerLink> {
  return transaction(database, async (tx) => {
    const before = await getLink(tx, wanted.organizationId, wanted.id, { lock: true })
    refuseEnded(before, call.now)
    const change = wanted.change(before)
    // What is so already is not written again.
    if (change === undefined) return before
    const after = { ...before, ...change, version: before.version + 1 }
    await updateCustomerLink(tx, after)
    await recordLink(tx, call, after, wanted.action)
    return after
  })
}

/** Throws `setupLinkEnded`. */
export function refuseEnded(link: CustomerLink, now: Date): void {
  const state = stateOf(link, now)
  if (state === 'done' || state === 'revoked' || state === 'expired')
    throw new AccessError('setupLinkEnded', endings[state])
}

const endings = {
  done: 'What this link was for is done: it opens nothing any more',
  revoked: 'The link was revoked: ask whoever sent it for another one',
  expired: 'The link has expired: ask whoever sent it for another one',
} as const

export function stateOf({ doneAt, revokedAt, expiresAt, openedAt, step }: CustomerLink, now: Date): LinkState {
  if (doneAt !== null) return 'done'
  if (revokedAt !== null) return 'revoked'
  if (expiresAt <= now) return 'expired'
  if (openedAt === null) return 'sent'
  return step === null ? 'opened' : 'inProgress'
}

async function recordLink(
  tx: Queryable,
  call: Call,
  link: CustomerLink,
  action: LinkAction | 'created',
): Promise<void> {
  await insertAccessChange(tx, {
    organizationId: link.organizationId,
    at: call.now,
    action: `setup_link.${action}`,
    subjectId: link.id,
    subjectVersion: link.version,
    connectionId: link.connectionId ?? undefined,
    actor: call.actor,
    requestId: call.requestId,
    data: { purpose: link.purpose, provider: link.provider, recipient: link.recipient, step: link.step },
  })
}
