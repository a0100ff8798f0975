import { insertSetupLink, selectSetupLink, updateSetupLinkUsed } from '../db/queries/setup-links.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction, type Transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import { createInstanceKey } from './instance-keys.ts'
import { createKeyText, hashKeyText, instanceShortId, parseKeyText } from './key-text.ts'

/** How long the first owner has to open the link. */
export const setupLinkDays = 7
const dayMs = 86_400_000

/** The token of a new link; undefined when an owner was set up before or another link still waits. */
export async function createSetupLink(database: Database, now: Date): Promise<string | undefined> {
  const token = createKeyText('set', instanceShortId)
  const row = {
    id: createId(),
    hash: hashKeyText(token),
    createdAt: now,
    expiresAt: new Date(now.getTime() + setupLinkDays * dayMs),
  }
  return (await transaction(database, (tx) => insertSetupLink(tx, row))) ? token : undefined
}

/** What a link is good for now. */
export type SetupLinkState = 'open' | 'used' | 'expired' | 'unknown'

export async function findSetupLinkState(database: Queryable, token: string, now: Date): Promise<SetupLinkState> {
  if (parseKeyText(token)?.kind !== 'set') return 'unknown'
  const link = await selectSetupLink(database, hashKeyText(token))
  if (link === undefined) return 'unknown'
  if (link.usedAt !== null) return 'used'
  return link.expiresAt.getTime() > now.getTime() ? 'open' : 'expired'
}

export type SpentSetupLink =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'refused'; readonly state: SetupLinkState }

/** Uses the link up and makes the owner's key, in the caller's transaction. Of two clicks at once one gets the key, the other `used`. */
export async function spendSetupLink(tx: Transaction, token: string, now: Date): Promise<SpentSetupLink> {
  const state = await findSetupLinkState(tx, token, now)
  if (state !== 'open') return { kind: 'refused', state }
  const link = await selectSetupLink(tx, hashKeyText(token))
  if (link === undefined || !(await updateSetupLinkUsed(tx, link.id, now))) return { kind: 'refused', state: 'used' }
  return { kind: 'key', key: await createInstanceKey(tx, { name: 'owner', now }) }
}

/** The same, for whoever wants nothing but the key. */
export function useSetupLink(database: Database, token: string, now: Date): Promise<SpentSetupLink> {
  return transaction(database, (tx) => spendSetupLink(tx, token, now))
}
