import type { JsonObject } from '@rollcall/scim'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { selectPlan, updatePlanRow } from '../db/queries/plans.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { AccessError } from './access-error.ts'
import type { Call } from './call.ts'

/** What a plan may hold back, in the words of a refusal. */
export const features = {
  scim: 'Provisioning by an identity provider over SCIM',
  groups: 'Managed teams from groups that an identity provider pushes',
  customRoles: 'Roles of your own',
  groupMapping: 'Roles and teams by groups of the identity provider',
  auditExport: 'Export and streaming of the audit trail',
  massChangeUndo: 'Undoing an approved mass change',
} as const satisfies Record<string, string>

export type FeatureName = keyof typeof features

type Plan = {
  readonly description: string
  readonly features: readonly FeatureName[]
  readonly seatsMax: number | null
}

// Object.keys forgets the key type; the table above is the only source.
const allFeatures = Object.keys(features) as readonly FeatureName[]

/** Plans are data: an operator who sells Rollcall gives each organization one; everybody else has `everything`. */
export const plans = {
  everything: { description: 'All there is: what a new organization has', features: allFeatures, seatsMax: null },
  free: { description: 'People and teams by hand', features: [], seatsMax: null },
  startup: { description: 'Provisioning of people', features: ['scim'], seatsMax: null },
  pro: {
    description: 'Provisioning of people and teams',
    features: ['scim', 'groups', 'groupMapping', 'massChangeUndo'],
    seatsMax: null,
  },
  enterprise: { description: 'All features', features: allFeatures, seatsMax: null },
} as const satisfies Record<string, Plan>

export type PlanName = keyof typeof plans

/** What an organization has, the plan and its own entitlements taken together. */
export type Entitlements = {
  readonly plan: string
  readonly features: ReadonlySet<FeatureName>
  readonly overrides: Readonly<Partial<Record<FeatureName, boolean>>>
  /** How many people may be active; null: any number. */
  readonly seatsMax: number | null
  readonly version: number
}

export type ChangePlan = {
  readonly plan?: string | undefined
  /** Besides what the plan says: true adds a feature, false takes it away, null asks the plan again. */
  readonly features?: Readonly<Record<string, boolean | null | undefined>> | undefined
  readonly seatsMax?: number | null | undefined
}

/** Throws `organizationNotFound`. */
export async function getEntitlements(database: Queryable, organizationId: string): Promise<Entitlements> {
  const row = await selectPlan(database, organizationId)
  if (row === undefined) throw new AccessError('organizationNotFound', 'There is no such organization')
  return toEntitlements(row)
}

/** In force in every process within a second: keys and what is known by them are looked up anew. */
export async function changePlan(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly command: ChangePlan },
): Promise<Entitlements> {
  const { organizationId, command } = request
  return transaction(database, async (tx) => {
    const before = await selectPlan(tx, organizationId, { lock: true })
    if (before === undefined) throw new AccessError('organizationNotFound', 'There is no such organization')
    const plan = command.plan === undefined ? before.plan : parsePlan(command.plan)
    const entitlements = withOverrides(before.entitlements, command)
    if (plan === before.plan && JSON.stringify(entitlements) === JSON.stringify(before.entitlements))
      return toEntitlements(before)
    const version = await updatePlanRow(tx, { organizationId, plan, entitlements, now: call.now })
    await insertAccessChange(tx, {
      organizationId,
      at: call.now,
      action: 'organization.plan_changed',
      subjectId: organizationId,
      subjectVersion: version,
      actor: call.actor,
      requestId: call.requestId,
      data: { plan, entitlements, before: { plan: before.plan, entitlements: before.entitlements } },
    })
    return toEntitlements({ plan, entitlements, version })
  })
}

/** Throws `planRequired` with {@link explainMissing} when the organization lacks the feature. */
export async function requireFeature(database: Queryable, organizationId: string, name: FeatureName): Promise<void> {
  const entitlements = await getEntitlements(database, organizationId)
  if (!entitlements.features.has(name)) throw new AccessError('planRequired', explainMissing(name, entitlements))
}

/** The same words wherever a feature is refused. */
export function explainMissing(
  name: FeatureName,
  { plan, overrides }: Pick<Entitlements, 'plan' | 'overrides'>,
): string {
  const having = Object.entries(plans).flatMap(([each, { features: list }]) => (has(list, name) ? [`"${each}"`] : []))
  const why = overrides[name] === false ? 'taken from this organization' : `not part of the plan "${plan}"`
  return `${features[name]}: ${why}. Plans that include it ("${name}"): ${having.join(', ')}`
}

function has(list: readonly string[], name: string): boolean {
  return list.includes(name)
}

function toEntitlements(row: {
  readonly plan: string
  readonly entitlements: JsonObject
  readonly version: number
}): Entitlements {
  // A plan that a later version dropped must not lock anybody out.
  const plan: Plan = Object.hasOwn(plans, row.plan) ? plans[row.plan as PlanName] : plans.everything
  const overrides = toOverrides(row.entitlements)
  const granted = allFeatures.filter((name) => overrides[name] ?? plan.features.includes(name))
  const { seatsMax } = row.entitlements
  return {
    plan: row.plan,
    features: new Set(granted),
    overrides,
    seatsMax: typeof seatsMax === 'number' ? seatsMax : plan.seatsMax,
    version: row.version,
  }
}

function toOverrides(entitlements: JsonObject): Readonly<Partial<Record<FeatureName, boolean>>> {
  const stored = new Map(Object.entries(entitlements))
  return Object.fromEntries(
    allFeatures.flatMap((name) => {
      const value = stored.get(name)
      return typeof value === 'boolean' ? [[name, value]] : []
    }),
  )
}

function withOverrides(before: JsonObject, command: ChangePlan): JsonObject {
  const { seatsMax } = command
  const changed = new Map(Object.entries(before))
  for (const [name, value] of Object.entries(command.features ?? {})) {
    if (!has(allFeatures, name)) throw unknown('feature', name, allFeatures)
    if (value === null || value === undefined) changed.delete(name)
    else changed.set(name, value)
  }
  if (seatsMax === null) changed.delete('seatsMax')
  else if (seatsMax !== undefined) changed.set('seatsMax', seatsMax)
  return Object.fromEntries([...changed].toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

function parsePlan(name: string): string {
  if (Object.hasOwn(plans, name)) return name
  throw unknown('plan', name, Object.keys(plans))
}

function unknown(what: 'plan' | 'feature', name: string, known: readonly string[]): AccessError {
  const field = what === 'plan' ? 'plan' : 'features'
  return new AccessError('invalidPlan', `The ${what} "${name}" is unknown; there are ${known.join(', ')}`, { field })
}
