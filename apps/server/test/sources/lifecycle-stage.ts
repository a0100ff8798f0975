import type { JsonObject } from '@rollcall/scim'
import type { Database } from '../../src/db/pool.ts'
import { applyDueFacts } from '../../src/sources/lifecycle/apply-due-facts.ts'
import { newId } from '../directory/fixture.ts'
import { encryption, SettlingStage, type StageRules } from './settling-stage.ts'

/** Rules of an HR system that knows days and zones. */
export const dated: StageRules = {
  mappings: [
    { target: 'userName', kind: 'direct', source: 'login' },
    { target: 'displayName', kind: 'direct', source: 'name' },
    { target: 'title', kind: 'direct', source: 'title' },
  ],
  correlation: [[{ target: 'userName', source: 'login' }]],
  lifecycle: {
    activeFrom: 'first',
    activeUntil: 'last',
    timeZone: 'zone',
    defaultTimeZone: 'UTC',
    createInactive: false,
    active: '[active]',
    createDaysAhead: 7,
    effectiveDate: 'effective',
    onRescinded: 'keep',
  },
  leaving: { policy: 'suspend', graceDays: 30, absentReads: 1 },
}

export const ada: JsonObject = { id: '1', login: 'ada', name: 'Ada', title: 'Engineer', zone: 'Europe/Berlin' }

/** Carries out what is due, as a worker does; the source says nothing. */
export async function passTime(stage: SettlingStage, now: string): Promise<void> {
  stage.now = new Date(now)
  const onFault = (error: unknown): void => {
    throw error
  }
  await applyDueFacts({ database: stage.database, encryption, newId, onFault }, stage.now, new AbortController().signal)
}

export async function stateOf(stage: SettlingStage, userName: string): Promise<string | undefined> {
  return (await stage.people()).get(userName)?.state
}

export type Fact = { readonly kind: string; readonly at: string; readonly state: string }

export async function factsOf(stage: SettlingStage, anchor: string): Promise<readonly Fact[]> {
  const { rows } = await stage.database.query<{ kind: string; at: Date; state: string }>(
    { text: 'select kind, at, state from timed_facts where source_id = $1 and anchor = $2 order by at, kind' },
    [stage.sourceId, anchor],
  )
  return rows.map(({ kind, at, state }) => ({ kind, at: at.toISOString(), state }))
}

/** In an organization of its own unless told another. */
export function openDated(
  database: Database,
  rules: Partial<StageRules> = {},
  organizationId?: string,
): Promise<SettlingStage> {
  return SettlingStage.open(database, { ...dated, ...rules }, organizationId === undefined ? {} : { organizationId })
}
