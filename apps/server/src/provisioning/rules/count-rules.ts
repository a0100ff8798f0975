import type { ProvisioningRules } from '@rollcall/admin-api'
import type { Queryable } from '../../db/pool.ts'
import { evaluateMatches } from '../evaluate/matches.ts'
import { findStanding } from '../evaluate/scope.ts'
import { isEnabled } from '../source/attributes.ts'
import { streamPeople, streamTeams } from '../source/read-source.ts'
import type { SourceObject } from '../source/source-object.ts'
import { loadSchemas, type TargetKind } from './app-rules.ts'
import { compileRules } from './compile-rules.ts'
import type { CompiledRules } from './compiled.ts'

/** People and teams that are looked at, each; beyond them a plan counts. */
const countedMax = 50_000
const namedMax = 50

export type Moved = { readonly kind: 'user' | 'team'; readonly id: string; readonly name: string | null }

export type ScopeCount = {
  total: number
  inScope: number
  before: number
  entering: number
  leaving: number
  unmatched: number
  failed: number
  readonly enters: Moved[]
  readonly leaves: Moved[]
}

export type RulesCount = {
  readonly users: ScopeCount
  readonly teams: ScopeCount | null
  readonly isComplete: boolean
}

type Compared = { readonly before: CompiledRules | undefined; readonly after: CompiledRules }

/** Whom rules have in scope, beside those that are live; everybody is looked at, nothing is written. */
export async function countRules(
  db: Queryable,
  request: {
    readonly organizationId: string
    readonly appId: string
    readonly kind: TargetKind
    readonly live: ProvisioningRules | undefined
    readonly document: ProvisioningRules
    readonly assignsNested: boolean
    readonly now: Date
  },
): Promise<RulesCount> {
  const { organizationId, appId, live, document, now } = request
  const schemas = await loadSchemas(db, organizationId, request.kind)
  const after = compileRules(document, schemas)
  const before = live && compileRules(live, schemas)
  const assignment = request.assignsNested ? 'nested' : 'direct'
  const range = { organizationId, appId, reads: { assignment, manager: 'whole', teams: true } as const }
  const compared = { before, after }
  const users = await count(streamPeople(db, range), compared, now)
  const teams = after.teams === undefined ? undefined : await count(streamTeams(db, range), compared, now)
  return {
    users: users.counted,
    teams: teams?.counted ?? null,
    isComplete: users.isComplete && (teams?.isComplete ?? true),
  }
}

async function count(
  batches: AsyncGenerator<readonly SourceObject[]>,
  compared: Compared,
  now: Date,
): Promise<{ readonly counted: ScopeCount; readonly isComplete: boolean }> {
  const counted = createCount()
  for await (const batch of batches) {
    for (const object of batch) countOne(counted, object, { ...compared, now })
    if (counted.total >= countedMax) return { counted, isComplete: false }
  }
  return { counted, isComplete: true }
}

function createCount(): ScopeCount {
  const numbers = { total: 0, inScope: 0, before: 0, entering: 0, leaving: 0, unmatched: 0, failed: 0 }
  return { ...numbers, enters: [], leaves: [] }
}

function countOne(counted: ScopeCount, source: SourceObject, { before, after, now }: Compared & { now: Date }): void {
  if (source.isPurged || (source.kind === 'user' ? source.state === 'deprovisioned' : source.isDeleted)) return
  const was = before !== undefined && stands(before, source).isInScope
  const { isInScope: is, hasFailed } = stands(after, source)
  const { kind, id, display: name } = source
  counted.total++
  if (is) counted.inScope++
  if (was) counted.before++
  if (hasFailed) counted.failed++
  if (is && !was && ++counted.entering <= namedMax) counted.enters.push({ kind, id, name })
  if (was && !is && ++counted.leaving <= namedMax) counted.leaves.push({ kind, id, name })
  if (was && is && firstKey(before, source, now) !== firstKey(after, source, now)) counted.unmatched++
}

function stands(
  rules: CompiledRules,
  source: SourceObject,
): { readonly isInScope: boolean; readonly hasFailed: boolean } {
  const own = source.kind === 'user' ? rules.users : rules.teams
  if (own === undefined) return { isInScope: false, hasFailed: false }
  const { isInScope, failure } = findStanding(own, rules.assignment, source)
  return { isInScope, hasFailed: failure !== undefined }
}

/** By what an account would be looked for, first. */
function firstKey(rules: CompiledRules | undefined, source: SourceObject, now: Date): string {
  const own = source.kind === 'user' ? rules?.users : rules?.teams
  if (own === undefined) return ''
  const isSoftDeleted = source.kind === 'user' && !isEnabled(source)
  const context = { now, isLinked: false, defaultDomain: undefined }
  return JSON.stringify(evaluateMatches(own, { source, isSoftDeleted }, context).matches[0] ?? null)
}
