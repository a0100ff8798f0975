import {
  deleteDismissal,
  selectDismissals,
  selectNeeds,
  upsertDismissal,
  type DismissalRow,
  type NeedRow,
} from '../db/queries/needs.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import type { Permission } from '../access/scopes.ts'
import { nilId } from '../nil-id.ts'

export type Dismissal = DismissalRow

/** How bad it is: people are cut off or nothing works; it will, or waits for a person; it is as well to know. */
export type Severity = 'critical' | 'warning' | 'info'

/** How bad each need is, and who hears of it. */
export const needKinds = {
  appQuarantined: { severity: 'critical', permission: 'apps:read' },
  holdWaiting: { severity: 'critical', permission: 'log:read' },
  appHoldWaiting: { severity: 'critical', permission: 'apps:read' },
  leaversWaiting: { severity: 'critical', permission: 'apps:read' },
  sourceReadHeld: { severity: 'critical', permission: 'sources:read' },
  keyLeaked: { severity: 'critical', permission: 'keys:read' },
  sourceReadFailed: { severity: 'warning', permission: 'sources:read' },
  planWaiting: { severity: 'warning', permission: 'apps:read' },
  sourcePlanWaiting: { severity: 'warning', permission: 'sources:read' },
  certificateExpiring: { severity: 'warning', permission: 'sign-in:read' },
  keyExpiring: { severity: 'warning', permission: 'keys:read' },
  keyOwnerLeft: { severity: 'warning', permission: 'keys:read' },
  appCredentialsExpiring: { severity: 'warning', permission: 'apps:read' },
  metadataRefused: { severity: 'warning', permission: 'sign-in:read' },
  webhookFailing: { severity: 'warning', permission: 'webhooks:read' },
  webhookDisabled: { severity: 'warning', permission: 'webhooks:read' },
  errorsOpen: { severity: 'warning', permission: 'apps:read' },
  appPaused: { severity: 'info', permission: 'apps:read' },
  invitationsPending: { severity: 'info', permission: 'people:read' },
  mailNotConfigured: { severity: 'info', permission: 'settings:read' },
} as const satisfies Record<string, { readonly severity: Severity; readonly permission: Permission }>

export type NeedCode = keyof typeof needKinds

export type Need = Omit<NeedRow, 'code'> & { readonly code: NeedCode; readonly severity: Severity }

const dayMs = 86_400_000
/** Before what ends is told of. */
const endingDays = 30
/** A dismissal lasts for so long; what waits then is told of again. */
const dismissedDays = 7
const severities: readonly Severity[] = ['critical', 'warning', 'info']

type Asked = { readonly now: Date; readonly permissions: ReadonlySet<string>; readonly hasMail: boolean }

/** What waits for the caller, the worst first and of that what waits longest. */
export async function listNeeds(db: Queryable, organizationId: string, asked: Asked): Promise<readonly Need[]> {
  const { now, permissions, hasMail } = asked
  const endsBefore = new Date(now.getTime() + endingDays * dayMs)
  const rows = await selectNeeds(db, organizationId, { now, endsBefore })
  const dismissals = await selectDismissals(db, organizationId, now)
  const all = hasMail ? rows : [...rows, mailNotConfigured]
  return all
    .flatMap((row): readonly Need[] => {
      const { code } = row
      if (!isNeedCode(code) || !permissions.has(needKinds[code].permission) || isDismissed(row, dismissals)) return []
      return [{ ...row, code, severity: needKinds[code].severity }]
    })
    .toSorted((a, b) => rankOf(a) - rankOf(b) || timeOf(a) - timeOf(b))
}

const mailNotConfigured: NeedRow = {
  code: 'mailNotConfigured',
  subjectId: nilId,
  name: null,
  since: null,
  count: 1,
  data: null,
}

function isNeedCode(code: string): code is NeedCode {
  return Object.hasOwn(needKinds, code)
}

/** What began after it was put off is another one. */
function isDismissed({ code, subjectId, since }: NeedRow, dismissals: readonly Dismissal[]): boolean {
  return dismissals.some(
    (each) => each.code === code && each.subjectId === subjectId && (since === null || since <= each.at),
  )
}

function rankOf({ severity }: Need): number {
  return severities.indexOf(severity)
}

function timeOf({ since }: Need): number {
  return since?.getTime() ?? Infinity
}

export type NeedName = {
  readonly organizationId: string
  readonly code: NeedCode
  readonly subjectId: string | undefined
}

/** Puts a need off for some days; the second time counts anew. */
export function dismissNeed(
  database: Database,
  call: Call,
  need: NeedName & { readonly reason: string },
): Promise<Dismissal> {
  const { organizationId, code, reason } = need
  const until = new Date(call.now.getTime() + dismissedDays * dayMs)
  const row = { code, subjectId: need.subjectId ?? nilId, reason, by: call.actor, at: call.now, until }
  return transaction(database, async (tx) => {
    await upsertDismissal(tx, organizationId, row)
    await record(tx, call, need, { action: 'need_dismissed', data: { reason, until: until.toISOString() } })
    return row
  })
}

/** Throws `dismissalNotFound`. */
export function undoDismissal(database: Database, call: Call, need: NeedName): Promise<void> {
  const { organizationId, code, subjectId = nilId } = need
  return transaction(database, async (tx) => {
    if (!(await deleteDismissal(tx, organizationId, { code, subjectId })))
      throw new AccessError('dismissalNotFound', 'Nothing of that kind was dismissed')
    await record(tx, call, need, { action: 'need_shown', data: {} })
  })
}

export function listDismissals(db: Queryable, organizationId: string, now: Date): Promise<readonly Dismissal[]> {
  return selectDismissals(db, organizationId, now)
}

function record(
  tx: Queryable,
  call: Call,
  { organizationId, code, subjectId }: NeedName,
  {
    action,
    data,
  }: { readonly action: 'need_dismissed' | 'need_shown'; readonly data: Readonly<Record<string, string>> },
): Promise<void> {
  return insertAccessChange(tx, {
    organizationId,
    at: call.now,
    action: `organization.${action}`,
    subjectId: organizationId,
    subjectVersion: 1,
    actor: call.actor,
    requestId: call.requestId,
    data: { code, subject: subjectId ?? null, ...data },
  })
}
