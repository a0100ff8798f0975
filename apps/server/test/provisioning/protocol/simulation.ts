import { randomUUID } from 'node:crypto'
import { enqueueWork } from '../../../src/db/queries/provisioning-work.ts'
import type { Database } from '../../../src/db/pool.ts'
import { withPrint } from '../../../src/provisioning/desired.ts'
import type { Evaluated } from '../../../src/provisioning/evaluated.ts'
import { evaluateDue } from '../../../src/provisioning/evaluator.ts'
import { leaseLeftMsOf, type ExportApp, type Exporter } from '../../../src/provisioning/export/context.ts'
import { exportDue } from '../../../src/provisioning/export/exporter.ts'
import type { Pacer } from '../../../src/provisioning/export/pacer.ts'
import { createPlaces } from '../../../src/provisioning/export/places.ts'
import { createExportSteps, type ExportSteps, type Recorded } from '../../../src/provisioning/export/record.ts'
import type { Entry } from '../../../src/provisioning/export/turn.ts'
import { decideGate } from '../../../src/provisioning/gate/decide-gate.ts'
import { insertLogRows } from '../../../src/provisioning/log/insert-log-rows.ts'
import { numberPresets, type EngineNumbers } from '../../../src/provisioning/numbers.ts'
import type { Target } from '../../../src/provisioning/targets/target.ts'
import { createTestClock, type TestClock } from '../../harness/application.ts'
import { createFaultyTarget, tickMs, type FaultyTarget, type TargetKind, type World } from './faulty-target.ts'
import { createRandom } from './random.ts'

export const targetKinds = {
  'unique, keeps externalId, reads at once': { isUnique: true, keepsExternalId: true, lagTicks: 0 },
  'not unique': { isUnique: false, keepsExternalId: true, lagTicks: 0 },
  'drops externalId, reads lag 3 ticks': { isUnique: true, keepsExternalId: false, lagTicks: 3 },
  'not unique, reads lag 3 ticks': { isUnique: false, keepsExternalId: true, lagTicks: 3 },
} as const satisfies Record<string, TargetKind>

/** Per seed: people, ticks in all, ticks with changes, and from when on nothing goes wrong any more. */
const peopleCount = 6
const ticks = 160
const changingTicks = 90
const faultyTicks = 100
const crashChance = 0.03
/** Which people of a world have an account of somebody else there: one that can be adopted, one that nobody sees. */
const brownfield = 4
const hidden = 5

/** Numbers whose gate is off: it has tests of its own. */
const numbers: EngineNumbers = {
  ...numberPresets.default,
  gate: { kind: 'cycle', threshold: null, holdLapsesMs: 28 * 86_400_000 },
}

type Person = {
  readonly id: string
  readonly seed: number
  readonly userName: string
  version: number
  isInScope: boolean
  readonly change: () => number
  /** Of its requests and its crashes; both depend on nobody else. */
  readonly fault: () => number
}

export type Findings = {
  readonly seeds: number
  /** More than one account of one person. */
  duplicates: number
  /** Accounts that hold something else than they should when all is quiet. */
  stale: number
  /** People who left and whose account still works. */
  leaversActive: number
  /** People who wait for a person to decide. */
  conflicts: number
  posts: number
}

/** Plays many seeds against one kind of target at once: the real evaluator and exporter, twice, on a real database. */
export async function simulate(
  database: Database,
  organizationId: string,
  kind: TargetKind,
  seeds: readonly number[],
): Promise<Findings> {
  const appId = randomUUID()
  await database.query({ text: insertApp }, [organizationId, appId])
  const people = seeds.flatMap((seed, index) => createPeople(seed, index))
  const worlds = seeds.map((_seed, index) => createWorld(index))
  const byName = new Map(people.map((person) => [person.userName, person]))
  const target = createFaultyTarget(kind, worlds, (name) => byName.get(name)?.fault ?? (() => 1))
  const clock = createTestClock(new Date('2026-11-21T09:00:00.000Z'))
  const app: ExportApp = { organizationId, appId, numbers, revision: 1, target, rulesOf: () => rules }
  const workers = ['first', 'second'].map((owner) => createWorker({ app, database, clock, owner, people }))
  const enqueue = (ids: readonly string[]): Promise<void> =>
    enqueueWork(database, app, {
      objects: ids.map((objectId) => ({ objectId, kind: 'user', lane: 3 })),
      initiator: 'change',
      dueAt: clock(),
    })

  await enqueue(people.map(({ id }) => id))
  for (let tick = 0; tick < ticks; tick++) {
    target.tick()
    if (tick < changingTicks) await enqueue(changeSome(seeds, people))
    if (tick === faultyTicks) {
      target.calm()
      for (const worker of workers) worker.calm()
    }
    await Promise.all(workers.map((worker) => worker.turn()))
    clock.advance(tickMs)
  }
  await comeToRest({ database, app, clock, target, workers })
  return judge({ database, app, people, target, seeds })
}

const insertApp = `insert into apps (organization_id, id, name, state, live_revision, target, created_by, created_at, updated_at)
  values ($1, $2::uuid, 'Simulated ' || ($2::uuid)::text, 'active', 1, '{}', 'test', now(), now())`

const rules = {
  actions: { create: true, update: true, delete: true },
  leaving: { policy: 'disable', graceDays: 30 },
  adoption: 'adopt',
  onVanished: 'recreate',
} as const

function createPeople(seed: number, index: number): readonly Person[] {
  return Array.from({ length: peopleCount }, (_, number) => ({
    id: randomUUID(),
    seed,
    userName: `w${index}u${number}`,
    version: 0,
    isInScope: true,
    change: createRandom(seed * 7_919 + number * 31 + 13),
    fault: createRandom(seed * 104_729 + number * 37 + 7),
  }))
}

function createWorld(index: number): World {
  const foreign = { externalId: undefined, version: -1, isActive: true, bornAt: -9, isForeign: true }
  return {
    posts: 0,
    accounts: [
      { ...foreign, id: `x${index}-${brownfield}`, userName: `w${index}u${brownfield}`, isHidden: false },
      { ...foreign, id: `x${index}-${hidden}`, userName: `w${index}u${hidden}`, isHidden: true },
    ],
  }
}

/** In each world a third of the ticks change one person: a quarter of these come or go. */
function changeSome(seeds: readonly number[], people: readonly Person[]): readonly string[] {
  const changed: string[] = []
  for (const index of seeds.keys()) {
    const random = people[index * peopleCount]?.change
    if (random === undefined || random() >= 0.35) continue
    const person = people[index * peopleCount + Math.floor(random() * peopleCount)]
    if (person === undefined) continue
    if (random() < 0.25) person.isInScope = !person.isInScope
    else person.version++
    changed.push(person.id)
  }
  return changed
}

type Worker = { turn(): Promise<void>; calm(): void }

class Crash extends Error {}

function createWorker(parts: {
  readonly app: ExportApp
  readonly database: Database
  readonly clock: TestClock
  readonly owner: string
  readonly people: readonly Person[]
}): Worker {
  const { app, database, clock, owner, people } = parts
  const byId = new Map(people.map((person) => [person.id, person]))
  const dead = new Set<string>()
  let crashes = true
  /** An object whose worker dies gets nothing more of this turn: everything that would come after throws too. */
  const mayCrash = (id: string): void => {
    if (dead.has(id)) throw new Crash()
    if (!crashes || (byId.get(id)?.fault() ?? 1) >= crashChance) return
    dead.add(id)
    throw new Crash()
  }
  const steps = createExportSteps<Entry>(database, app, {
    now: clock,
    leaseLeftMs: leaseLeftMsOf(app),
    alongside: insertLogRows,
  })
  const pacer = createPacer(clock, () => crashes)
  const exporter: Exporter = {
    app: { ...app, target: crashing(app.target, byId, mayCrash) },
    database,
    clock,
    owner,
    steps: crashingSteps(steps, mayCrash),
    pacer,
    places: createPlaces(() => pacer.requestsMax),
    alongside: insertLogRows,
    evaluate: (objects) => Promise.resolve(new Map(objects.map(({ id }) => [id, evaluate(byId.get(id))]))),
    onFault: (error) => {
      if (!(error instanceof Crash)) throw error
    },
  }
  return {
    calm: () => {
      crashes = false
    },
    turn: async () => {
      dead.clear()
      while ((await evaluateDue(exporter)) > 0);
      await decideGate(database, { ...app, now: clock() })
      while ((await exportDue(exporter, { rowsMax: 2_000, atOnceMax: 2_000, signal: neverAborted })) > 0);
    },
  }
}

const neverAborted = new AbortController().signal

/** Of so many requests one may not leave now: its mark, if there is one already, is taken back. */
const refusedOf = 23
/** Far fewer than objects that are in work at once. */
const requestsMax = 50

function createPacer(clock: TestClock, refuses: () => boolean): Pacer {
  let asked = 0
  return {
    requestsMax,
    take: () => {
      const isGiven = ++asked % refusedOf !== 0 || !refuses()
      return Promise.resolve(isGiven ? { isGiven } : { isGiven, until: new Date(clock().getTime() + tickMs) })
    },
    report: () => {},
  }
}

function crashingSteps(steps: ExportSteps<Entry>, mayCrash: (id: string) => void): ExportSteps<Entry> {
  return {
    mark: async (marked) => {
      mayCrash(marked.link.objectId)
      const isOurs = await steps.mark(marked)
      mayCrash(marked.link.objectId)
      return isOurs
    },
    record: async (recorded: Recorded<Entry>) => {
      mayCrash(recorded.end.objectId)
      await steps.record(recorded)
    },
  }
}

/** Every answer may find that the one who asked is dead. */
function crashing(target: Target, byId: ReadonlyMap<string, Person>, mayCrash: (id: string) => void): Target {
  const ids = new Map([...byId.values()].map(({ id, userName }) => [userName, id]))
  const idOf = (text: unknown): string => ids.get(String(text).replace(/^e/, '')) ?? ''
  return {
    ...target,
    find: async (kind, query) => {
      const outcome = await target.find(kind, query)
      mayCrash(idOf(query[0]?.value))
      return outcome
    },
    create: async (kind, desired) => {
      const outcome = await target.create(kind, desired)
      mayCrash(idOf(desired['userName']))
      return outcome
    },
    update: async (kind, request) => {
      const outcome = await target.update(kind, request)
      mayCrash(idOf(request.after['userName']))
      return outcome
    },
  }
}

function evaluate(person: Person | undefined): Evaluated {
  if (person === undefined) throw new Error('Nobody has this id')
  const { userName, version, isInScope } = person
  const desired = { userName, title: version, active: isInScope, externalId: `e${userName}` }
  return {
    isInScope,
    reason: isInScope ? undefined : 'OutOfScope',
    isSkipped: false,
    isDisabling: false,
    isGone: false,
    version,
    ...withPrint(desired),
    creating: desired,
    ifEmpty: {},
    additive: [],
    unique: [],
    ownId: desired.externalId,
    matches: [[{ attribute: 'userName', value: userName }]],
    redactedPaths: [],
    name: userName,
  }
}

type Stage = {
  readonly database: Database
  readonly app: ExportApp
  readonly clock: TestClock
  readonly target: FaultyTarget
  readonly workers: readonly Worker[]
}

const hourMs = 3_600_000
const restMax = 60

/** Lets time pass until nothing but conflicts has anything to do. */
async function comeToRest({ database, app, clock, target, workers }: Stage): Promise<void> {
  for (let turn = 0; turn < restMax; turn++) {
    target.tick()
    clock.advance(hourMs)
    await Promise.all(workers.map((worker) => worker.turn()))
    const { rows } = await database.query<{ open: number }>({ text: openWork }, [app.organizationId, app.appId])
    if (rows[0]?.open === 0) return
  }
}

const openWork = `select count(*) as open from work_items w join links l using (organization_id, app_id, object_id)
  where organization_id = $1 and app_id = $2
    and coalesce(l.failure_code, '') not in ('Ambiguous', 'AlreadyLinked', 'InvisibleConflict')`

async function judge({
  database,
  app,
  people,
  target,
  seeds,
}: {
  readonly database: Database
  readonly app: ExportApp
  readonly people: readonly Person[]
  readonly target: FaultyTarget
  readonly seeds: readonly number[]
}): Promise<Findings> {
  const { rows } = await database.query<{ id: string; key: string | null; failure: string | null }>(
    {
      text: `select object_id as id, target_key as key, failure_code as failure from links
        where organization_id = $1 and app_id = $2`,
    },
    [app.organizationId, app.appId],
  )
  const links = new Map(rows.map((row) => [row.id, row]))
  const posts = target.worlds.reduce((total, world) => total + world.posts, 0)
  const findings: Findings = { seeds: seeds.length, duplicates: 0, stale: 0, leaversActive: 0, conflicts: 0, posts }
  for (const [index, person] of people.entries()) {
    const number = index % peopleCount
    const accounts = target.worlds[Math.floor(index / peopleCount)]?.accounts ?? []
    const mine = accounts.filter(({ userName }) => userName === person.userName)
    const link = links.get(person.id)
    if (mine.length > 1 && number !== hidden) findings.duplicates++
    if ((link?.failure ?? null) !== null) {
      findings.conflicts++
      continue
    }
    if (number === hidden && mine.length === 1) continue
    const account = mine.find(({ id }) => id === link?.key)
    const isRight = account !== undefined && account.version === person.version && account.isActive
    if (person.isInScope && !isRight) findings.stale++
    if (!person.isInScope && mine.some(({ isActive, isForeign }) => isActive && !isForeign)) findings.leaversActive++
  }
  return findings
}
