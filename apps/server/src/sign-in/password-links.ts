import { foldCase, isJsonObject } from '@rollcall/scim'
import { createDerivedLinks, type DerivedLinks, type LinkName, type LinkParts } from '../access/derived-links.ts'
import { getOrganization } from '../access/organizations.ts'
import { toRecipient } from '../access/recipient.ts'
import { toSignInSettings } from '../access/sign-in-settings.ts'
import { selectPerson } from '../db/queries/people.ts'
import { insertMail } from '../db/queries/mails.ts'
import {
  deletePasswordLinksBefore,
  insertPasswordLink,
  selectPasswordLink,
  updatePasswordLinkEnded,
  type PasswordLinkRow,
} from '../db/queries/password-links.ts'
import { takeFromWindow } from '../db/queries/rate-windows.ts'
import { selectPersonAtDoor } from '../db/queries/sign-in.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { hashPassword } from '../directory/password-hash.ts'
import { createId } from '../type-id.ts'
import { findPasswordFlaw, type BreachList, type PasswordFlaw } from './password-rules.ts'
import { findHolder, setPassword } from './passwords.ts'
import type { StartSession } from './sessions.ts'
import { signIn, type SignInOutcome } from './sign-in.ts'

/** How long a link works by which somebody chooses a password. */
export const passwordLinkMinutes = 60
const minuteMs = 60_000
/** Mails with a link that one person gets within an hour, however often they are asked for. */
export const passwordMailsPerHourMax = 3

export function createPasswordLinks(parts: LinkParts): DerivedLinks {
  return createDerivedLinks(parts, { folder: 'password', kind: 'pwd', secretName: 'password.link' })
}

/** A new link for a person; the one before stops working. */
export async function openPasswordLink(
  tx: Queryable,
  wanted: { readonly organizationId: string; readonly userId: string; readonly now: Date },
): Promise<LinkName & { readonly expiresAt: Date }> {
  const { organizationId, userId, now } = wanted
  const { shortId } = await getOrganization(tx, organizationId)
  const id = createId()
  const expiresAt = new Date(now.getTime() + passwordLinkMinutes * minuteMs)
  await insertPasswordLink(tx, { organizationId, id, userId, now, expiresAt })
  return { shortId, id, expiresAt }
}

/** The first password of somebody who has just accepted an invitation: a link, where a password would let the person in. */
export function welcomePerson(
  database: Database,
  person: { readonly organizationId: string; readonly userId: string; readonly now: Date },
): Promise<LinkName | undefined> {
  return transaction(database, async (tx) =>
    (await mayHavePassword(tx, person.organizationId, person.userId)) ? openPasswordLink(tx, person) : undefined,
  )
}

/** Sends a link to whoever the name means, if it is somebody who may have a password; says nothing about that. */
export async function sendPasswordLink(
  database: Database,
  asked: { readonly organizationId: string; readonly name: string; readonly now: Date },
): Promise<void> {
  const { organizationId, now } = asked
  const name = foldCase(asked.name.trim())
  const holder = await findHolder(database, organizationId, name)
  if (holder === undefined) return
  const { userId } = holder
  await transaction(database, async (tx) => {
    if (!(await mayHavePassword(tx, organizationId, userId))) return
    const window = {
      organizationId,
      name: `password mail ${userId}`,
      windowMs: 60 * minuteMs,
      max: passwordMailsPerHourMax,
    }
    if ((await takeFromWindow(tx, window, { amount: 1, now })) !== undefined) return
    const person = await selectPerson(tx, organizationId, userId)
    const { settings } = await getOrganization(tx, organizationId)
    const { address, language } = toRecipient(person?.document ?? '{}', settings)
    if (address === null) return
    const { id } = await openPasswordLink(tx, { organizationId, userId, now })
    await insertMail(tx, {
      organizationId,
      id: createId(),
      template: 'passwordForgotten',
      recipient: address,
      locale: language,
      data: { password: id, minutes: passwordLinkMinutes },
      at: now,
    })
  })
}

/** Whether a password would ever let the person in: active, and passwords are on, or the account is built in. */
export async function mayHavePassword(db: Queryable, organizationId: string, userId: string): Promise<boolean> {
  const person = await selectPersonAtDoor(db, organizationId, userId)
  if (person === undefined || person.state !== 'active') return false
  const { settings } = await getOrganization(db, organizationId)
  const isOn = person.methods?.includes('password') ?? toSignInSettings(settings).methods.password
  return isOn || person.isBuiltIn
}

/** What a link is good for now. */
export type PasswordLinkState =
  | { readonly kind: 'open'; readonly link: PasswordLinkRow; readonly userName: string }
  | { readonly kind: 'unknown' | 'used' | 'expired' }

export async function readPasswordLink(db: Queryable, name: LinkName, now: Date): Promise<PasswordLinkState> {
  const link = await selectPasswordLink(db, name)
  // Whoever cannot sign in hears no more of the link than a stranger.
  if (link === undefined || link.userState !== 'active') return { kind: 'unknown' }
  if (link.endedAt !== null) return { kind: 'used' }
  if (link.expiresAt.getTime() <= now.getTime()) return { kind: 'expired' }
  const person: unknown = JSON.parse(link.document)
  const { userName } = isJsonObject(person) ? person : {}
  return { kind: 'open', link, userName: typeof userName === 'string' ? userName : '' }
}

export type UsePasswordLinkOutcome =
  | SignInOutcome
  | Exclude<PasswordLinkState, { readonly kind: 'open' }>
  | {
      readonly kind: 'flawed'
      readonly flaw: PasswordFlaw
      readonly state: Extract<PasswordLinkState, { kind: 'open' }>
    }

/** Uses a link up: the password is set, every session before ends, and the person is signed in. */
export async function usePasswordLink(
  database: Database,
  name: LinkName,
  given: Pick<StartSession, 'now' | 'requestId' | 'ip' | 'userAgent' | 'replaces'> & {
    readonly password: string
    readonly breaches: BreachList | undefined
  },
): Promise<UsePasswordLinkOutcome> {
  const { now, requestId } = given
  const state = await readPasswordLink(database, name, now)
  if (state.kind !== 'open') return state
  const { organizationId, id, userId, display } = state.link
  const names = [state.userName, display ?? '']
  const flaw = await findPasswordFlaw(given.password, { names, breaches: given.breaches })
  if (flaw !== undefined) return { kind: 'flawed', flaw, state }
  const hash = await hashPassword(given.password)
  return transaction(database, async (tx) => {
    if (!(await updatePasswordLinkEnded(tx, { organizationId, id, at: now }))) return { kind: 'used' }
    await setPassword(tx, { organizationId, userId, hash, now, requestId })
    return signIn(tx, { ...given, organizationId, userId, method: 'password', factors: ['password'] })
  })
}

/** Forgets links that nobody can use any more, a day later. */
export function trimPasswordLinks(db: Queryable, now: Date): Promise<number> {
  return deletePasswordLinksBefore(db, new Date(now.getTime() - 24 * 60 * minuteMs))
}
