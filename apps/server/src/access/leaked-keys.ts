import type { JsonObject } from '@rollcall/scim'
import { selectInstanceKey, updateInstanceKeyRevoked } from '../db/queries/instance.ts'
import { selectCredential, selectKey, updateKeyRevoked, type CredentialRow } from '../db/queries/keys.ts'
import { insertNotice } from '../db/queries/notices.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { createId } from '../type-id.ts'
import type { Call } from './call.ts'
import { recordKey, toKey } from './issue-key.ts'
import { toKeyPolicy } from './key-policy.ts'
import { hashKeyText, hintOf, instanceShortId, parseKeyText } from './key-text.ts'
import { reasonAgainst } from './look-up.ts'
import { getOrganization } from './organizations.ts'

/**
 * `revoked`, `alerted`: what the organization wants done with it. `ended`: it opened nothing any more. `unknown`: it has
 * the form of a key, but is none of ours. `noKey`: its checksum says that it never was one.
 */
export type LeakOutcome = 'revoked' | 'alerted' | 'ended' | 'unknown' | 'noKey'

export type LeakReport = {
  readonly hint: string | null
  readonly outcome: LeakOutcome
}

const sourceCharactersMax = 300

/** Whoever has a key in hand may say so: it ends, or its organization is alerted, as the organization has chosen. */
export async function reportLeakedKey(
  database: Database,
  call: Call,
  found: { readonly text: string; readonly source: string | undefined },
): Promise<LeakReport> {
  const text = found.text.trim()
  const parsed = parseKeyText(text)
  if (parsed === undefined) return { hint: null, outcome: 'noKey' }
  const hint = hintOf(text)
  if (parsed.shortId === instanceShortId) return { hint, outcome: await revokeInstanceKey(database, call, text) }
  const row = await selectCredential(database, parsed.shortId, hashKeyText(text))
  if (row === undefined || row.keyId === null) return { hint, outcome: 'unknown' }
  const reason = reasonAgainst(row, call.now)
  // A client secret opens what its tokens open; a key whose owner is away will open it again.
  if (reason === 'revoked' || reason === 'expired') return { hint, outcome: 'ended' }
  const outcome = await settleLeak(database, call, { row, keyId: row.keyId, source: sourceOf(found.source) })
  return { hint, outcome }
}

/**
 * The instance has no organization that could choose, and its keys open everything: they always end, the last one too.
 * The next start of the server writes a new one into the data folder.
 */
async function revokeInstanceKey(database: Database, call: Call, text: string): Promise<LeakOutcome> {
  const hash = hashKeyText(text)
  if ((await selectInstanceKey(database, hash)) === undefined) return 'unknown'
  return (await updateInstanceKeyRevoked(database, hash, call.now)) ? 'revoked' : 'ended'
}

async function settleLeak(
  database: Database,
  call: Call,
  leak: { readonly row: CredentialRow; readonly keyId: string; readonly source: string },
): Promise<LeakOutcome> {
  const { organizationId } = leak.row
  const { keyId, source } = leak
  return transaction(database, async (tx) => {
    const { settings } = await getOrganization(tx, organizationId)
    const stored = await selectKey(tx, organizationId, keyId)
    if (stored === undefined) return 'ended'
    const isRevoked = toKeyPolicy(settings).onLeak === 'revoke'
    if (isRevoked && !(await updateKeyRevoked(tx, organizationId, keyId, call.now))) return 'ended'
    const key = toKey(stored)
    const action = isRevoked ? 'key.revoked' : 'key.leaked'
    await recordKey(tx, call, key, { action, data: { reason: 'leaked', source } })
    const data = { key: key.name, hint: key.hint, source, ...describeOutcome(isRevoked, key.name, call.now) }
    const notice = { organizationId, id: createId(), kind: 'keyLeaked', keyId, data, createdAt: call.now } as const
    // One notice a place where it lies, however often it is reported.
    await insertNotice(tx, { ...notice, occasion: source })
    return isRevoked ? 'revoked' : 'alerted'
  })
}

function describeOutcome(isRevoked: boolean, name: string, now: Date): JsonObject {
  return isRevoked ? { outcome: 'revoked', revokedAt: now.toISOString() } : { outcome: 'alive', openKey: name }
}

function sourceOf(source: string | undefined): string {
  return (source ?? 'not said').slice(0, sourceCharactersMax)
}
