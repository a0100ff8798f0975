import type { Json, JsonObject } from '@rollcall/scim'
import { updateOperations, type OperationOutcome, type PlannedOperation } from '../../db/queries/source-operations.ts'
import { takeArrived, wakeDependents } from '../../db/queries/source-references.ts'
import { selectSettlingPeople, type SettlingPerson } from '../../db/queries/source-people.ts'
import { replaceTimedFacts, type NewTimedFact } from '../../db/queries/timed-facts.ts'
import { markPending, updateAppliedRecords } from '../../db/queries/source-settling.ts'
import type { DirectoryParts } from '../../directory/directory-context.ts'
import { removeUser } from '../../directory/lifecycle.ts'
import { managerOf } from '../../directory/ownership.ts'
import {
  changeOne,
  createPeople,
  reviveAccount,
  rewritePeople,
  trying,
  type ManyContext,
  type ManyOutcome,
  type Rewrite,
} from '../../directory/write-many.ts'
import { type PersonDraft, setAt } from '../rules/place.ts'
import { openOperation } from '../seal/seal-records.ts'
import { endOfGrace } from '../settle/fate.ts'
import type { SettleSite } from '../settle/settle-batch.ts'
import type { LeftReason } from '../settle/situation.ts'

/** Carries out operations of one kind in the caller's transaction, each by itself, and writes down what became of them. */
export async function applyBatch(
  parts: DirectoryParts,
  context: ManyContext,
  site: SettleSite,
  planned: readonly PlannedOperation[],
): Promise<void> {
  if (planned.length === 0) return
  const operations = planned.map((operation) => openOperation(operation, site))
  const fresh = operations.filter(({ is_outdated }) => !is_outdated)
  const outcomes = await carryOut(parts, context, site, fresh)
  const all = operations.map((operation) => {
    return { operation, outcome: outcomes.get(operation.anchor) ?? ({ kind: 'stale' } as const) }
  })
  await writeDown(context, site, all)
}

type Outcomes = ReadonlyMap<string, ManyOutcome>

async function carryOut(
  parts: DirectoryParts,
  context: ManyContext,
  site: SettleSite,
  operations: readonly PlannedOperation[],
): Promise<Outcomes> {
  const { type } = site.rules
  const { create = [], link = [], update = [], ...single } = Object.groupBy(operations, ({ operation }) => operation)
  const created = await createPeople(parts, context, type, await withReferences(context, site, create))
  const people = await selectPeople(context, operations)
  const rewritten = [...link, ...update]
  const rewrites = rewritten.map((operation) => toRewrite(site, operation, people))
  // Who is linked as he is, or is gone meanwhile, is not written.
  const written = await rewritePeople(
    parts,
    context,
    type,
    rewrites.flatMap(({ rewrite }) => rewrite ?? []),
  )
  const outcomes = new Map<string, ManyOutcome>(zip(create, created))
  let index = 0
  for (const [at, { rewrite, outcome }] of rewrites.entries()) {
    const anchor = rewritten[at]?.anchor ?? ''
    const result = rewrite === undefined ? outcome : written[index++]
    if (result !== undefined) outcomes.set(anchor, result)
  }
  for (const operation of Object.values(single).flat())
    outcomes.set(operation.anchor, await applySingle(parts, context, site, { operation, people }))
  return outcomes
}

/** Whoever is named and has arrived since the plan was made is put in, so that nobody is written twice. */
async function withReferences(
  { tx }: ManyContext,
  { name, rules }: SettleSite,
  operations: readonly PlannedOperation[],
): Promise<readonly JsonObject[]> {
  const arrived =
    rules.references.length === 0
      ? []
      : await takeArrived(
          tx,
          name,
          operations.map(({ anchor }) => anchor),
        )
  const byAnchor = Map.groupBy(arrived, ({ anchor }) => anchor)
  return operations.map((operation) => {
    const draft: PersonDraft = { ...attributesOf(operation) }
    for (const { target, scim_id: id } of byAnchor.get(operation.anchor) ?? []) {
      const place = rules.placeOf(target)
      if (place === undefined) continue
      setAt(draft, place, id)
      draft['schemas'] = withSchema(draft['schemas'], place.schema)
    }
    return draft
  })
}

function withSchema(schemas: Json | undefined, schema: string | undefined): Json {
  // As `normaliseResource` wrote them.
  const listed = (schemas ?? []) as readonly string[]
  return schema === undefined || listed.includes(schema) ? listed : [...listed, schema]
}

function zip(operations: readonly PlannedOperation[], outcomes: readonly ManyOutcome[]): [string, ManyOutcome][] {
  return operations.flatMap(({ anchor }, index): [string, ManyOutcome][] => {
    const outcome = outcomes[index]
    return outcome === undefined ? [] : [[anchor, outcome]]
  })
}

type People = ReadonlyMap<string, SettlingPerson>

async function selectPeople(context: ManyContext, operations: readonly PlannedOperation[]): Promise<People> {
  const ids = operations.flatMap(({ operation, user_id }) => (operation === 'create' ? [] : (user_id ?? [])))
  const people = await selectSettlingPeople(context.tx, context.organizationId, ids)
  return new Map(people.map((person) => [person.id, person]))
}

function attributesOf({ attributes }: PlannedOperation): JsonObject {
  // We wrote it ourselves.
  return JSON.parse(attributes ?? '{}') as JsonObject
}

type Prepared = { readonly rewrite?: Rewrite; readonly outcome?: ManyOutcome }

function toRewrite(site: SettleSite, operation: PlannedOperation, people: People): Prepared {
  const person = people.get(operation.user_id ?? '')
  if (person === undefined || person.version !== operation.user_version) return { outcome: { kind: 'stale' } }
  const ownerId = managerOf(person.connection_id) ?? site.name.sourceId
  const isAdopted = person.connection_id !== ownerId
  if (operation.attributes === null && !isAdopted) return { outcome: { kind: 'written', id: person.id } }
  const attributes = operation.attributes === null ? parseDocument(person) : attributesOf(operation)
  const changes = operation.differences ?? '[]'
  return { rewrite: { id: person.id, version: person.version, ownerId, attributes, changes, isAdopted } }
}

function parseDocument({ document }: SettlingPerson): JsonObject {
  // Stored by the directory. What nobody's connection called the person is no name of ours.
  return JSON.parse(document) as JsonObject
}

async function applySingle(
  parts: DirectoryParts,
  context: ManyContext,
  site: SettleSite,
  { operation, people }: { readonly operation: PlannedOperation; readonly people: People },
): Promise<ManyOutcome> {
  const person = people.get(operation.user_id ?? '')
  if (person === undefined || person.version !== operation.user_version) return { kind: 'stale' }
  const { id, version, scim_id: scimId } = person
  const { type } = site.rules
  const ownerId = managerOf(person.connection_id) ?? site.name.sourceId
  return trying(context, async () => {
    if (operation.operation === 'delete') {
      if (scimId === null) return { kind: 'written', id }
      const via = context.act?.via ?? 'source'
      const outcome = await removeUser(parts, context, { scimId, ifVersion: version, via })
      return outcome === 'removed' ? { kind: 'written', id } : { kind: 'stale' }
    }
    const attributes = attributesOf(operation)
    if (scimId === null)
      return (await reviveAccount(parts, context, type, { id, attributes }))
        ? { kind: 'written', id }
        : { kind: 'stale' }
    return changeOne(parts, context, type, { id, version, ownerId, attributes, changes: operation.differences ?? '[]' })
  })
}

type Applied = { readonly operation: PlannedOperation; readonly outcome: ManyOutcome }

async function writeDown(context: ManyContext, site: SettleSite, applied: readonly Applied[]): Promise<void> {
  const { tx, now } = context
  const { name, round } = site
  await updateOperations(tx, name, { round, outcomes: applied.map(toOutcome) })
  const done = applied.flatMap(({ operation, outcome }) =>
    outcome.kind === 'written' ? [{ operation, userId: outcome.id }] : [],
  )
  const records = done.map(({ operation, userId }) => {
    return { anchor: operation.anchor, userId, situation: toSituation(operation), leftReason: toLeftReason(operation) }
  })
  await updateAppliedRecords(tx, name, { now, records })
  const facts = done.flatMap(({ operation }) => listDeletion(site, operation, now))
  if (facts.length > 0) await replaceTimedFacts(tx, name, { anchors: [], facts, now })
  const again = applied.filter(
    ({ operation, outcome }) => outcome.kind === 'stale' || isSettledAgain(operation, outcome),
  )
  await markPending(
    tx,
    name,
    again.map(({ operation: { anchor } }) => ({ anchor, detail: null })),
  )
  const arrived = done
    .filter(({ operation: { operation } }) => arriving.has(operation))
    .map(({ operation }) => operation.anchor)
  await wakeDependents(tx, name, site.rules.references.length === 0 ? [] : arrived)
}

const arriving: ReadonlySet<string> = new Set(['create', 'link', 'reactivate'])

function isSettledAgain({ is_again }: PlannedOperation, { kind }: ManyOutcome): boolean {
  return is_again && kind === 'written'
}

function toOutcome({ operation: { anchor }, outcome }: Applied): OperationOutcome {
  if (outcome.kind === 'written') return { anchor, state: 'done', userId: outcome.id, detail: null }
  if (outcome.kind === 'stale') return { anchor, state: 'stale', userId: null, detail: null }
  return { anchor, state: 'failed', userId: null, detail: outcome.detail }
}

function toSituation({ operation, situation }: PlannedOperation): string {
  if (operation === 'delete') return 'removed'
  return situation === 'new' ? 'linked' : situation
}

/** Whoever is suspended now is deleted once the grace is over. */
function listDeletion({ rules }: SettleSite, operation: PlannedOperation, now: Date): readonly NewTimedFact[] {
  const left = toLeftReason(operation)
  if (left === null || left === 'keep' || operation.situation === 'upcoming') return []
  const at = endOfGrace(rules, left, now)
  return at === undefined ? [] : [{ anchor: operation.anchor, kind: 'delete', at: at.toISOString() }]
}

/** Whether the person counts as gone from the source from now on. */
function toLeftReason({ operation, situation }: PlannedOperation): LeftReason | 'keep' | null {
  if (operation === 'update' || operation === 'delete') return 'keep'
  if (operation !== 'suspend') return null
  return situation === 'outOfScope' ? 'outOfScope' : situation === 'absent' ? 'absent' : 'inactive'
}
