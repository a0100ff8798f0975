import type { Page, PageOf } from '../../access/call.ts'
import { selectListedLink, type ListedLinkRow } from '../../db/queries/app-links.ts'
import { getOpenedApp, type App, type AppName, type OpenedApp } from '../apps/app.ts'
import type { Sealing } from '../apps/credentials.ts'
import { listApps } from '../apps/manage-apps.ts'
import { getRules } from '../apps/rules-revisions.ts'
import { toWanted } from '../evaluated.ts'
import { hasAccount } from '../export/link.ts'
import { never } from '../export/turn.ts'
import { readHealth } from '../health/health.ts'
import type { LogStep } from '../log/log-row.ts'
import { listLog, type LogEntry } from '../log/read-log.ts'
import type { ObjectRef } from '../object.ts'
import { reasons, type Reason, type ReasonCode } from '../reasons.ts'
import { loadSchemas } from '../rules/app-rules.ts'
import { compileRules } from '../rules/compile-rules.ts'
import { describeFailing } from './failing-clause.ts'
import { requireObject } from './require-object.ts'
import { redactTrace } from './redact-trace.ts'
import { judgeOne, type Standing } from './standing.ts'

/** Why a person or team stands as it does in one app: one reason, the first that would have to be mended. */
export type Why = {
  readonly app: App
  readonly object: ObjectRef & { readonly name: string | null }
  /** For people: who, what there is in the app, and why. */
  readonly sentence: string
  readonly reason: ReasonCode
  readonly explanation: Reason
  /** What went wrong last, in the words of the app. */
  readonly detail: string | null
  /** When it is looked at again by itself; null: when something changes. */
  readonly nextAttemptAt: Date | null
  readonly link: ListedLinkRow | null
  readonly lastEntry: LogEntry | null
  /** What was asked of the object: assignment and every clause. Null: no rules are live. */
  readonly scoping: LogStep | null
}

type WhyRequest = AppName & { readonly object: ObjectRef }

/** Throws `appNotFound`, `subjectNotFound`. */
export async function explainWhy(parts: Sealing, now: Date, request: WhyRequest): Promise<Why> {
  const { database } = parts
  const app = await getOpenedApp(parts, now, request)
  const display = await requireObject(database, request.organizationId, request.object)
  const link = (await selectListedLink(database, request, request.object.id)) ?? null
  const standing = app.liveRevision === null ? undefined : await readLive(parts, app, request, now)
  const { health } = await readHealth(database, { ...request, quarantine: app.numbers.quarantine })
  const reason = findReason({ app, link, standing, isQuarantined: health === 'quarantined', now })
  const filter = { appId: request.appId, objectId: request.object.id }
  const log = await listLog(database, request.organizationId, { filter, limit: 1, after: undefined })
  const object = { ...request.object, name: display }
  const scoping = standing === undefined ? undefined : findScoping(standing)
  return {
    app,
    object,
    sentence: toSentence({ name: display ?? 'It', app, link, reason, scoping }),
    reason,
    explanation: reasons[reason],
    detail: link?.failureDetail ?? standing?.evaluated.failure?.detail ?? null,
    nextAttemptAt: nextAttemptOf(app, link),
    link,
    lastEntry: log.data[0] ?? null,
    scoping: scoping ?? null,
  }
}

/** The same for every app of the organization, oldest first. Throws `subjectNotFound`. */
export async function explainWhyEverywhere(
  parts: Sealing,
  now: Date,
  request: PageOf & { readonly organizationId: string; readonly object: ObjectRef },
): Promise<Page<Why>> {
  const { organizationId, object, limit, after } = request
  await requireObject(parts.database, organizationId, object)
  const apps = await listApps(parts.database, organizationId, { limit, after })
  const data: Why[] = []
  for (const app of apps.data) data.push(await explainWhy(parts, now, { organizationId, appId: app.id, object }))
  return { data, next: apps.next }
}

async function readLive(parts: Sealing, app: OpenedApp, request: WhyRequest, now: Date): Promise<Standing> {
  const { revision, document } = await getRules(parts.database, { ...request, revision: 'live' })
  const rules = compileRules(document, await loadSchemas(parts.database, request.organizationId))
  return judgeOne(parts.database, { app, rules, revision, now }, request)
}

type Facts = {
  readonly app: OpenedApp
  readonly link: ListedLinkRow | null
  readonly standing: Standing | undefined
  readonly isQuarantined: boolean
  readonly now: Date
}

function findReason({ app, link, standing, isQuarantined, now }: Facts): ReasonCode {
  if (standing === undefined) return 'NotPublished'
  if (standing.link.state === 'ignored') return 'Ignored'
  const { evaluated } = standing
  if (evaluated.failure !== undefined) return evaluated.failure.reason
  if (evaluated.reason !== undefined) return evaluated.reason
  if (link?.stage === 'held') return 'HeldClears'
  if (isDone(standing, now)) return 'NoChange'
  if (app.state === 'paused') return 'Paused'
  if (app.state === 'stopped') return 'Stopped'
  if (isQuarantined) return 'Quarantined'
  const failed = toKnown(link?.failureCode ?? null)
  return failed ?? 'Queued'
}

/** The account holds what it should. */
function isDone({ object, rules, link, evaluated }: Standing, now: Date): boolean {
  const objectRules = object.kind === 'user' ? rules.users : rules.teams
  if (objectRules === undefined) return true
  if (link.failureCode !== null) return false
  const { intent, hash } = toWanted(evaluated, link, objectRules, now)
  return intent === 'nothing' || (hasAccount(link) && link.appliedHash?.equals(hash) === true)
}

const codes: ReadonlyMap<string, ReasonCode> = new Map(
  // The keys of the table are the codes.
  Object.keys(reasons).map((code) => [code, code as ReasonCode]),
)

function toKnown(code: string | null): ReasonCode | undefined {
  return code === null ? undefined : codes.get(code)
}

function nextAttemptOf({ state }: OpenedApp, link: ListedLinkRow | null): Date | null {
  if (link === null || link.dueAt === null || link.stage === 'held' || state !== 'active') return null
  return link.dueAt >= never ? null : link.dueAt
}

function findScoping({ explained, evaluated }: Standing): LogStep | undefined {
  const scoping = explained.steps.filter(({ name }) => name === 'scoping')
  return redactTrace({ steps: scoping }, evaluated).steps?.[0]
}

type Told = {
  readonly name: string
  readonly app: OpenedApp
  readonly link: ListedLinkRow | null
  readonly reason: ReasonCode
  readonly scoping: LogStep | undefined
}

const accounts = {
  unlinked: 'has no account',
  linked: 'has an account',
  disabled: 'has a disabled account',
  dead: 'has no account any more',
  ignored: 'is left alone',
} as const

function toSentence({ name, app, link, reason, scoping }: Told): string {
  const clause = reason === 'OutOfScope' ? describeFailing(scoping) : undefined
  const because = clause === undefined ? '' : ` ${clause}`
  return `${name} ${accounts[link?.state ?? 'unlinked']} in ${app.name}. ${reasons[reason].meaning}${because}`
}
