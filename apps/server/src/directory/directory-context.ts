import type { Registry, Style } from '@rollcall/scim'
import type { Database, Queryable } from '../db/pool.ts'
import type { Transaction } from '../db/transaction.ts'
import type { ConnectionSettings } from './connection-settings.ts'

/** On whose behalf the directory is asked, and when. */
export type DirectoryContext = {
  readonly organizationId: string
  /** The connection that asks: it writes what it owns or what nobody owns, and sees its own externalIds. */
  readonly connectionId: string | null
  readonly actor: string
  readonly requestId: string
  readonly now: Date
  readonly registry: Registry
  readonly style: Style
  readonly settings: ConnectionSettings
  /** New people begin as `pending` and get an invitation (`invitesPeople`); left out: they are active at once. */
  readonly invites?: boolean
  /** How it came if not by the verb of a request, and why: an administrator's act. */
  readonly act?: { readonly via: string; readonly reason?: string | undefined }
  /** Groups of the organization give roles, so changes of memberships settle them. */
  readonly mapsRoles?: boolean
  /** Which roles whoever asks may give and take; those that he names besides are written down and not given. */
  readonly givesRoles?: 'all' | 'butOwners' | 'none'
  /** A person approved the change: the guard neither holds nor counts it. */
  readonly isApproved?: boolean
  /** Set inside of `Storage.transaction`. */
  readonly tx?: Transaction
}

/** What the directory is made of. */
export type DirectoryParts = {
  readonly database: Database
  /** UUIDs in the order of their making. */
  readonly newId: () => string
}

/** The caller's transaction, else the pool: one statement is a transaction of its own. */
export function queryableOf(parts: DirectoryParts, context: DirectoryContext): Queryable {
  return context.tx ?? parts.database
}
