import { isDeepStrictEqual } from 'node:util'
import {
  appSettings,
  type AppSettings,
  type ProvisioningRules,
  type TargetCredentials,
  type TargetSettings,
} from '@rollcall/admin-api'
import type { JsonObject } from '@rollcall/scim'
import { AccessError } from '../../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../../access/call.ts'
import { parseName } from '../../access/name.ts'
import { requireSecretAnew } from '../../access/secret-place.ts'
import { hastenProbe } from '../../db/queries/app-health.ts'
import { selectHasAccounts } from '../../db/queries/app-links.ts'
import { countApps, insertApp, selectApps, updateAppRow, type AppRow } from '../../db/queries/apps.ts'
import type { Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import { createId } from '../../type-id.ts'
import { getApp, getAppRow, recordApp, refuseTakenName, staleApp, toApp, type App, type AppName } from './app.ts'
import { beginCycle, findPosition, followChanges } from '../cycles.ts'
import type { AppPreset } from '../presets/preset.ts'
import { getAppPreset, presetRules } from '../presets/presets.ts'
import { numbersOf } from './app-settings.ts'
import { toCycled } from './cycled-app.ts'
import { sealCredentials, type SealedCredentials, type Sealing } from './credentials.ts'
import { saveDraft } from './rules-revisions.ts'
import { toJson } from './to-json.ts'

/** Apps of one organization at most: each of them is asked about every change. */
const appsMax = 500

export type CreateApp = {
  readonly name: string
  readonly preset?: string | undefined
  readonly target: TargetSettings
  /** In clear; sealed before they are stored, and never shown. */
  readonly credentials?: TargetCredentials | null | undefined
  readonly settings?: AppSettings | undefined
}

export type ChangeApp = {
  readonly name?: string | undefined
  readonly target?: TargetSettings | undefined
  /** Null: it is asked without any from now on. */
  readonly credentials?: TargetCredentials | null | undefined
  readonly settings?: AppSettings | undefined
  /** With another address: the accounts there have the ids that they had. */
  readonly keepsLinks?: boolean | undefined
}

/** Rules become its first draft; nothing is sent before some are published. Throws `invalidName`, `nameTaken`, `tooManyApps`, `invalidPreset`, `invalidType`. */
export async function createApp(
  parts: Sealing,
  call: Call,
  request: {
    readonly organizationId: string
    readonly command: CreateApp
    readonly rules?: ProvisioningRules | undefined
  },
): Promise<App> {
  const { organizationId, command } = request
  requireFittingCredentials(command.target, command.credentials?.kind)
  const preset = command.preset === undefined ? undefined : getAppPreset(command.preset)
  requireFittingPreset(command.target, preset)
  const rules = request.rules ?? (preset && presetRules(preset))
  const id = createId()
  const name = parseName(command.name)
  const credentials = command.credentials ?? null
  const sealed = await sealCredentials(parts, call.now, { organizationId, id, credentials })
  return transaction(parts.database, async (tx) => {
    if ((await countApps(tx, organizationId)) >= appsMax)
      throw new AccessError('tooManyApps', `An organization has at most ${appsMax} apps: delete one first`)
    const row = await refuseTakenName(name, () =>
      insertApp(tx, {
        organizationId,
        id,
        name,
        preset: command.preset ?? null,
        state: 'draft',
        pausedReason: null,
        liveRevision: null,
        draftRevision: null,
        target: toJson(command.target),
        ...sealed,
        settings: toJson(command.settings ?? appSettings.parse({})),
        createdBy: call.actor,
        createdAt: call.now,
      }),
    )
    await recordApp(tx, call, row, { action: 'app.created', data: describe(row) })
    if (rules === undefined) return toApp(row)
    await saveDraft(tx, call, row, { document: rules })
    return getApp(tx, { organizationId, appId: id })
  })
}

/** Oldest first. */
export async function listApps(db: Queryable, organizationId: string, page: PageOf): Promise<Page<App>> {
  const rows = await selectApps(db, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows.map(toApp), page.limit, (row) => row.id)
}

export function countOwnApps(db: Queryable, organizationId: string): Promise<number> {
  return countApps(db, organizationId)
}

/** Throws `appNotFound`, `versionMismatch`, `secretMissing`, `appHasAccounts` and what `createApp` throws. */
export async function updateApp(
  parts: Sealing,
  call: Call,
  request: AppName & { readonly command: ChangeApp; readonly ifVersion?: number | undefined },
): Promise<App> {
  const { organizationId, appId, command, ifVersion } = request
  const sealed = await sealChanged(parts, call, request)
  const position = await findPosition(parts.database)
  return transaction(parts.database, async (tx) => {
    const before = await getAppRow(tx, { organizationId, appId }, { lock: true })
    if (ifVersion !== undefined && ifVersion !== before.version) throw staleApp(before.version)
    const after: AppRow = {
      ...before,
      ...(command.name !== undefined && { name: parseName(command.name) }),
      ...(command.target !== undefined && { target: toJson(command.target) }),
      ...(command.settings !== undefined && { settings: toJson(command.settings) }),
      ...sealed,
    }
    requireFittingCredentials(toApp(after).target, after.credentialsKind ?? undefined)
    requireSecretAnew({
      field: 'credentials',
      hasSecret: before.credentials !== null,
      isGiven: command.credentials !== undefined,
      before: urlOf(before),
      after: urlOf(after),
    })
    await requireSameAccounts(tx, { before, after, keepsLinks: command.keepsLinks === true })
    const changes = changedFields(before, after)
    if (changes.length === 0) return toApp(before)
    const row = await refuseTakenName(after.name, () => updateAppRow(tx, { ...after, updatedAt: call.now }))
    if (row === undefined) throw staleApp(undefined)
    // Whoever mends an app that does not work need not wait for its next probe.
    await hastenProbe(tx, { organizationId, appId, now: call.now })
    if (row.liveRevision !== null && isAssignedOtherwise(before, row)) {
      await followChanges(tx, request, position)
      const cycled = await toCycled(tx, request, row.liveRevision)
      await beginCycle(tx, cycled, { kind: 'full', resendsAll: false, now: call.now })
    }
    await recordApp(tx, call, row, { action: 'app.updated', data: { ...describe(row), changed: changes } })
    return toApp(row)
  })
}

function requireFittingPreset({ kind }: TargetSettings, preset: AppPreset | undefined): void {
  if (preset === undefined || preset.kind === kind) return
  throw new AccessError('invalidPreset', `The preset is for apps that speak ${preset.kind}`, { field: 'preset' })
}

/** Without any, a directory takes us for nobody, as some allow. */
function requireFittingCredentials({ kind }: TargetSettings, given: string | undefined): void {
  if (given === undefined || (kind === 'ldap') === (given === 'ldap')) return
  const message =
    kind === 'ldap'
      ? 'A directory is bound to with a name and a password: credentials of the kind ldap'
      : 'Credentials of the kind ldap are for directories only'
  throw new AccessError('invalidType', message, { field: 'credentials/kind' })
}

/** Accounts are known by their ids: on another server these may be somebody else's. */
async function requireSameAccounts(
  tx: Queryable,
  change: { readonly before: AppRow; readonly after: AppRow; readonly keepsLinks: boolean },
): Promise<void> {
  const { before, after, keepsLinks } = change
  if (keepsLinks || urlOf(before) === urlOf(after)) return
  if (!(await selectHasAccounts(tx, { organizationId: before.organizationId, appId: before.id }))) return
  const message =
    'Its accounts are known by their ids at the old address: make another app for another server, or set keepsLinks where ' +
    'the same server has a new address'
  throw new AccessError('appHasAccounts', message, { field: 'target/baseUrl' })
}

/** Other people are assigned by the same assignments. */
function isAssignedOtherwise(before: AppRow, after: AppRow): boolean {
  const [old, now] = [before, after].map((row) => numbersOf(toApp(row).settings).assignsNested)
  return old !== now
}

async function sealChanged(
  parts: Sealing,
  call: Call,
  { organizationId, appId, command }: AppName & { readonly command: ChangeApp },
): Promise<Partial<SealedCredentials>> {
  const { credentials } = command
  return credentials === undefined ? {} : sealCredentials(parts, call.now, { organizationId, id: appId, credentials })
}

const changeable = ['name', 'target', 'settings', 'credentials'] as const

/** Sealed texts differ each time, so credentials that are given are credentials that changed. */
function changedFields(before: AppRow, after: AppRow): readonly string[] {
  return changeable.filter((name) => !isDeepStrictEqual(before[name], after[name]))
}

function urlOf({ target }: Pick<AppRow, 'target'>): string {
  const { baseUrl, flavour } = target
  // Another flavour is another server: its entries are known by other ids.
  return [baseUrl, flavour].filter((part) => typeof part === 'string').join(' ')
}

/** For people who read the audit log: never a secret. */
function describe({ name, preset, target, settings, credentialsKind }: AppRow): JsonObject {
  return { name, preset, target, settings, credentials: credentialsKind }
}
