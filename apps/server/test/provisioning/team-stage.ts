import { enqueueWork } from '../../src/db/queries/provisioning-work.ts'
import type { Database } from '../../src/db/pool.ts'
import { insertLogRows } from '../../src/provisioning/log/insert-log-rows.ts'
import { syncTeamsDue } from '../../src/provisioning/members/sync-teams.ts'
import type { TeamSender } from '../../src/provisioning/members/team-turn.ts'
import { numberPresets } from '../../src/provisioning/numbers.ts'
import type { ObjectRef } from '../../src/provisioning/object.ts'
import { createLinkedApp, type LinkedApp } from './linked-app.ts'

/** An app that runs, as far as its teams are concerned: their items, their turns, the log. */
export type TeamStage = LinkedApp & {
  readonly faults: unknown[]
  /** The team is looked at again. */
  enqueue(): Promise<void>
  /** A turn of all teams that are due. */
  run(options?: Partial<TeamSender>): Promise<number>
  item(): Promise<TeamItem | undefined>
  log(): Promise<readonly LogLine[]>
  link(): Promise<Readonly<Record<string, unknown>>>
}

export type TeamItem = {
  readonly stage: string
  readonly dueAt: Date
  readonly destructive: unknown
  readonly generation: number
}

export type LogLine = {
  readonly action: string
  readonly status: string
  readonly reason: string
  readonly detail: {
    readonly sourceName?: string
    readonly members?: { readonly added: readonly ObjectRef[]; readonly removed: readonly ObjectRef[] }
  }
}

export async function createTeamStage(database: Database, count: number, membersMax?: number): Promise<TeamStage> {
  const app = await createLinkedApp(database, count, membersMax)
  const { organizationId, appId, teamId, clock } = app
  const one = async <Row>(text: string): Promise<Row | undefined> =>
    (await database.query<Row>({ text }, [organizationId, appId, teamId])).rows[0]
  await database.query({ text: appText }, [organizationId, appId, clock()])
  const faults: unknown[] = []
  const sender: TeamSender = {
    app: {
      organizationId,
      appId,
      numbers: numberPresets.default,
      revision: 1,
      target: app.target,
      rulesOf: () => {
        throw new Error('Members need no rules of accounts')
      },
    },
    database,
    clock,
    owner: 'test',
    pacer: { requestsMax: 4, take: () => Promise.resolve({ isGiven: true }), report: () => undefined },
    onFault: (error) => faults.push(error),
    members: { nesting: 'flatten', isAuthoritative: false, givesAccess: false },
    isSample: () => false,
    alongside: insertLogRows,
  }
  return {
    ...app,
    faults,
    enqueue: () =>
      enqueueWork(database, app, {
        objects: [{ objectId: teamId, kind: 'team', lane: 3, stage: 'members' }],
        initiator: 'change',
        dueAt: clock(),
      }),
    run: (options) => syncTeamsDue({ ...sender, ...options }, { rowsMax: 10, signal: new AbortController().signal }),
    item: () => one<TeamItem>(itemText),
    log: async () => (await database.query<LogLine>({ text: logText }, [organizationId, appId, teamId])).rows,
    link: async () => (await one<Record<string, unknown>>(linkText)) ?? {},
  }
}

const appText = `insert into apps (organization_id, id, name, state, live_revision, target, created_by, created_at, updated_at)
  values ($1, $2::uuid, ($2::uuid)::text, 'active', 1, '{}', 'test', $3, $3)`
const keys = 'organization_id = $1 and app_id = $2 and object_id = $3'
const itemText = `select stage, due_at as "dueAt", destructive, generation from work_items where ${keys}`
const logText = `select action, status, reason, detail from provisioning_log where ${keys} order by at, id`
const linkText = `select failure_code as failure, failure_attribute as attribute, failure_detail as detail, attempts,
  applied_hash as applied from links where ${keys}`
