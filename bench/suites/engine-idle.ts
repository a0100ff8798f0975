import { setTimeout as sleep } from 'node:timers/promises'
import { familySeconds } from '../child.ts'
import { recordBound } from '../report.ts'
import { type Rollcall, startRollcall } from '../rollcall.ts'

const apps = 50
/** First cycles, the timetable's first round, audit events of the making: until all of that is over. */
const settleMs = 45_000

/** A server as `npm start` runs it, with apps in which nothing is to be done. */
export async function engineIdleSuite({ seconds }: { readonly seconds: number }): Promise<void> {
  const rollcall = await startRollcall({ roles: 'all' })
  try {
    await rollcall.newOrganization('idle')
    for (let number = 0; number < apps; number++) await createApp(rollcall, number)
    await sleep(settleMs)
    const before = await look(rollcall)
    await sleep(seconds * 1_000)
    const after = await look(rollcall)
    const queries = (after.transactions - before.transactions - 1) / seconds
    const server = ((after.server - before.server) / seconds) * 100
    const postgres = ((after.postgres - before.postgres) / seconds) * 100
    recordBound(`idle, ${apps} apps: queries a second of the whole server`, queries, 20, '1/s')
    recordBound('of one core, the server', server, 1, '%')
    recordBound('of one core, PostgreSQL', postgres, 1, '%')
  } finally {
    await rollcall.stop()
  }
}

async function createApp(rollcall: Rollcall, number: number): Promise<void> {
  const target = { kind: 'scim', baseUrl: `http://127.0.0.1:9/app${number}` }
  const credentials = { kind: 'bearer', token: 'bench-token' }
  const path = '/api/v1/organizations/idle/apps'
  const { id, draftRevision } = await rollcall.post(path, {
    name: `App ${number}`,
    preset: 'scim',
    target,
    credentials,
  })
  await rollcall.post(`${path}/${String(id)}/rules/publish`, { revision: draftRevision, withoutPlan: true })
}

type Look = { readonly transactions: number; readonly server: number; readonly postgres: number }

async function look({ database, server }: Rollcall): Promise<Look> {
  const { rows } = await database.query<{ count: number; pid: number }>({
    text: `select xact_commit + xact_rollback as count, pg_backend_pid() as pid from pg_stat_database
      where datname = current_database()`,
  })
  const [row] = rows
  if (row === undefined) throw new Error('PostgreSQL does not know its own database')
  return { transactions: row.count, server: server.processorSeconds(), postgres: familySeconds(row.pid) }
}
