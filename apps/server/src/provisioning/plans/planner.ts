import { deleteAssignments, insertAssignments } from '../../db/queries/app-assignments.ts'
import { selectDefaultDomain } from '../../db/queries/domains.ts'
import type { NewPlanOperation } from '../../db/queries/app-plan-operations.ts'
import type { PlanRow } from '../../db/queries/app-plans.ts'
import { selectLinks } from '../../db/queries/provisioning-links.ts'
import type { Database, Queryable } from '../../db/pool.ts'
import { transaction } from '../../db/transaction.ts'
import type { OutboundConnections } from '../../outbound-connections.ts'
import { getOpenedApp, type OpenedApp } from '../apps/app.ts'
import type { Sealing } from '../apps/credentials.ts'
import { getRules } from '../apps/rules-revisions.ts'
import { readSources, tryObjects, type KnownObject } from '../evaluate-objects.ts'
import { toWanted, type Evaluated } from '../evaluated.ts'
import { settleMsOf, type ExportApp } from '../export/context.ts'
import { toExportApp } from '../export/export-app.ts'
import { newLink } from '../export/link.ts'
import type { Turn } from '../export/turn.ts'
import type { ObjectRef } from '../object.ts'
import { loadSchemas } from '../rules/app-rules.ts'
import { compileRules } from '../rules/compile-rules.ts'
import type { CompiledRules } from '../rules/compiled.ts'
import type { SourceObject } from '../source/source-object.ts'
import { openTarget } from '../targets/open-target.ts'
import type { AnswerSignal } from '../targets/scim/wire.ts'
import type { Target } from '../targets/target.ts'
import { planObject } from './plan-object.ts'

/** What a plan evaluates by, ready. */
export type Planner = {
  readonly app: OpenedApp
  readonly rules: CompiledRules
  readonly target: Target
  /** Of these objects those for which something would be done. */
  plan(db: Database, objects: readonly ObjectRef[], now: Date): Promise<readonly NewPlanOperation[]>
  /** The same with what was known and wanted of each. */
  planTurns(db: Database, objects: readonly ObjectRef[], now: Date): Promise<readonly Planned[]>
}

export type Planned = { readonly operation: NewPlanOperation; readonly turn: Turn }

export type PlannerParts = Sealing & { readonly openTarget: OpenTarget }

type OpenTarget = (
  app: OpenedApp,
  watching?: { readonly rules: CompiledRules; readonly onAnswer: (signal: AnswerSignal) => void },
) => Target

/** How targets are asked over our own connections. */
export function toTargetOpener(parts: {
  readonly outboundConnections: OutboundConnections
  readonly clock: () => Date
}): PlannerParts['openTarget'] {
  return (app, watching) => openTarget(app, { ...parts, ...watching })
}

export async function openPlanner(parts: PlannerParts, row: PlanRow, now: Date): Promise<Planner> {
  const { organizationId, appId, revision } = row
  const app = await getOpenedApp(parts, now, row)
  const { document } = await getRules(parts.database, { organizationId, appId, revision })
  const rules = compileRules(document, await loadSchemas(parts.database, organizationId))
  const defaultDomain = await selectDefaultDomain(parts.database, organizationId)
  const target = parts.openTarget(app)
  const ruled = { organizationId, appId, rules, assignsNested: app.numbers.assignsNested, defaultDomain }
  const exported = toExportApp(app, { rules, revision, target })
  const settleMs = settleMsOf(exported)
  const planTurns: Planner['planTurns'] = async (db, objects, at) => {
    const sources = await withProposal(db, row, (reader) => readSources(reader, ruled, objects))
    const ids = objects.map(({ id }) => id)
    const links = new Map((await selectLinks(db, ruled, ids)).map((link) => [link.objectId, link]))
    const known = objects.map((object) => ({ ...object, link: links.get(object.id) }))
    const evaluated = await tryObjects(db, ruled, known, { sources, now: at })
    return known.flatMap((object) => {
      const turn = toTurn(exported, object, { evaluated: evaluated.get(object.id), now: at })
      const operation = turn && planObject(turn, { now: at, settleMs })
      return turn === undefined || operation === undefined ? [] : [{ operation, turn }]
    })
  }
  return {
    app,
    rules,
    target,
    planTurns,
    plan: async (db, objects, at) => (await planTurns(db, objects, at)).map(({ operation }) => operation),
  }
}

function toTurn(
  app: ExportApp,
  { kind, id, link: stored }: KnownObject,
  { evaluated, now }: { readonly evaluated: Evaluated | undefined; readonly now: Date },
): Turn | undefined {
  if (evaluated === undefined) return undefined
  const rules = app.rulesOf(kind)
  const link = stored ?? { ...newLink(id, kind), sent: null }
  const wanted = toWanted(evaluated, link, rules, now)
  return { app, item: toItem({ kind, id }), link, isLinkNew: stored === undefined, evaluated, wanted, rules }
}

function toItem({ kind, id }: ObjectRef): Turn['item'] {
  return {
    objectId: id,
    kind,
    stage: 'evaluate',
    lane: 4,
    generation: 1,
    destructiveClass: null,
    destructive: null,
    isAdmitted: false,
    initiator: 'person',
    cycleId: null,
    epoch: 0,
  }
}

class Undone extends Error {
  readonly sources: ReadonlyMap<string, SourceObject>

  constructor(sources: ReadonlyMap<string, SourceObject>) {
    super('What a plan proposes was read, and is undone')
    this.sources = sources
  }
}

/** Reads as if the proposed assignments were there: they are made, read, and undone again. */
async function withProposal(
  db: Database,
  { organizationId, appId, assign, unassign, createdBy, createdAt }: PlanRow,
  read: (reader: Queryable) => Promise<ReadonlyMap<string, SourceObject>>,
): Promise<ReadonlyMap<string, SourceObject>> {
  if (assign.length + unassign.length === 0) return read(db)
  try {
    return await transaction(db, async (tx) => {
      const app = { organizationId, appId }
      await insertAssignments(tx, app, { subjects: assign, by: createdBy, at: createdAt })
      await deleteAssignments(tx, app, unassign)
      throw new Undone(await read(tx))
    })
  } catch (error) {
    if (error instanceof Undone) return error.sources
    throw error
  }
}
