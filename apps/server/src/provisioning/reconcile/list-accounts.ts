import { isJsonObject, type Json, type JsonObject } from '@rollcall/scim'
import {
  selectKnownAccounts,
  selectMissing,
  settleListed,
  updateGroupMembers,
  upsertAccounts,
  type KnownAccountRow,
  type NewAccount,
} from '../../db/queries/app-accounts.ts'
import { transaction } from '../../db/transaction.ts'
import { parseSent } from '../destruction.ts'
import { addMs } from '../export/protocol.ts'
import type { TargetObject } from '../targets/target.ts'
import { findSwitch } from '../orphans/orphan-policy.ts'
import { readPage } from './account-reader.ts'
import { compareGroup } from './compare-group.ts'
import { compareAccount } from './compare-account.ts'
import { keysOfAccount } from './find-candidates.ts'
import type { Reconciled, Reconciliation } from './open-reconciliation.ts'
import { askPatiently } from './patient-list.ts'

/** One page of what the app has, compared and written down; gives where the next begins, null: nowhere. */
export async function listPage(
  reconciliation: Reconciliation,
  reconciled: Reconciled,
  page: string | null,
): Promise<{ readonly next: string | null; readonly count: number; readonly total: number | undefined }> {
  const askedAt = reconciliation.parts.clock()
  const { objects, next, total } = await readPage(reconciliation, reconciled.kind, { page: page ?? undefined })
  await writeAccounts(reconciliation, reconciled, { objects, askedAt })
  return { next: next ?? null, count: objects.length, total }
}

async function writeAccounts(
  reconciliation: Reconciliation,
  reconciled: Reconciled,
  { objects, askedAt }: { readonly objects: readonly TargetObject[]; readonly askedAt: Date },
): Promise<void> {
  const { parts, of, target } = reconciliation
  const { database } = parts
  const writtenBefore = addMs(askedAt, -target.abilities.readLagMs)
  const keys = objects.map(({ key }) => key)
  const rows = await selectKnownAccounts(database, of, reconciled.kind, { keys, writtenBefore })
  const known = new Map(rows.map((row) => [row.targetKey, row]))
  const accounts = objects.map((object) => toAccount(reconciled, object, known.get(object.key)))
  await upsertAccounts(database, of, reconciled.kind, accounts)
  if (reconciled.kind === 'team') await writeMembers(reconciliation, { objects, known })
}

type Listed = { readonly objects: readonly TargetObject[]; readonly known: ReadonlyMap<string, KnownAccountRow> }

async function writeMembers(reconciliation: Reconciliation, { objects, known }: Listed): Promise<void> {
  const { parts, of, rules } = reconciliation
  const isAuthoritative = rules.teams?.members.isAuthoritative === true
  for (const object of objects) {
    const row = known.get(object.key)
    // Of a team that is in work nothing can be said.
    if (row === undefined || row.state !== 'linked' || row.isBusy) continue
    const members = await compareGroup(reconciliation, row.objectId, object)
    if (members === undefined || members.missing.length + members.foreign.length === 0) continue
    await updateGroupMembers(parts.database, of, { ...members, isDrift: members.missing.length > 0 || isAuthoritative })
  }
}

function toAccount(reconciled: Reconciled, object: TargetObject, known: KnownAccountRow | undefined): NewAccount {
  const { key, resource } = object
  const isDisabled = findSwitch(reconciled.rules, resource) ?? null
  const base = {
    targetKey: key,
    name: nameOf(reconciled, object),
    matchKey: null,
    ownKey: null,
    differences: null,
    isDisabled,
  }
  if (known === undefined || known.state === 'ignored') {
    const orphan = { class: 'orphan', objectId: null, isInScope: false, wasOurs: known !== undefined } as const
    return { ...base, ...keysOfAccount(reconciled.discovery, resource), ...orphan }
  }
  const { objectId, isInScope, isSettled, sent } = known
  const linked = { ...base, objectId, isInScope, wasOurs: false }
  if (!isSettled || sent === null) return { ...linked, class: 'pending' }
  const comparison = { sent: parseSent(sent), echoed: parseEcho(known.echoed), resource }
  const differences = compareAccount(comparison, reconciled.compare)
  if (differences.length === 0) return { ...linked, class: 'equal' }
  return { ...linked, class: 'drift', differences: JSON.stringify(differences) }
}

export function nameOf({ kind, compare }: Reconciled, object: TargetObject): string | null {
  const attribute = kind === 'user' ? 'userName' : 'displayName'
  const name = object.resource[attribute] ?? object.name
  return typeof name === 'string' && !compare.redacted.has(attribute) ? name : null
}

function parseEcho(text: string | null): JsonObject | undefined {
  if (text === null) return undefined
  // The exporter wrote it.
  const echo = JSON.parse(text) as Json
  return isJsonObject(echo) ? echo : undefined
}

/** An account may slip from one page to another while the app is listed: so many that are missing are asked for by id. */
const askedMax = 1_000

/** What was not listed is missing; it is asked for once more before that is said. */
export async function findMissing(reconciliation: Reconciliation, startedAt: Date): Promise<void> {
  const { parts, of, target, patience } = reconciliation
  const { database, clock } = parts
  const writtenBefore = addMs(startedAt, -target.abilities.readLagMs)
  const kinds = reconciliation.kinds.map(({ kind }) => kind)
  await transaction(database, (tx) => settleListed(tx, of, { kinds, writtenBefore }))
  for (const { kind, targetKey } of await selectMissing(database, of, askedMax)) {
    const askedAt = clock()
    const outcome = await askPatiently(patience, () => target.get(kind, targetKey, patience.signal))
    const reconciled = reconciliation.kinds.find((each) => each.kind === kind)
    if (outcome.kind === 'done' && reconciled !== undefined)
      await writeAccounts(reconciliation, reconciled, { objects: [outcome.value], askedAt })
  }
}
