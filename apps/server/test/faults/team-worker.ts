// A worker of its own process, to be killed: changes the members of teams that are due, then prints `done` and how much
// memory that took. Arguments: address of the database, of the app, organization, app, milliseconds that its clock is ahead.
import { openDatabase } from '../../src/db/pool.ts'
import { createOutboundConnections } from '../../src/outbound-connections.ts'
import { insertLogRows } from '../../src/provisioning/log/insert-log-rows.ts'
import { syncTeamsDue } from '../../src/provisioning/members/sync-teams.ts'
import { numberPresets } from '../../src/provisioning/numbers.ts'
import { openTarget } from '../../src/provisioning/targets/scim/open-target.ts'
import { outboundAllow } from '../provisioning/fake-target/open-fake.ts'

const [databaseUrl = '', baseUrl = '', organizationId = '', appId = '', aheadMs = '0'] = process.argv.slice(2)
let skippedMs = Number(aheadMs)
const clock = (): Date => new Date(Date.now() + skippedMs)
const database = openDatabase({ url: databaseUrl, poolMax: 3, statementTimeoutMs: 60_000 })
const connections = createOutboundConnections({ allow: outboundAllow })
const target = openTarget(
  {
    target: { kind: 'scim', baseUrl, profile: { membersMax: 100 } },
    credentials: { kind: 'bearer', token: 'fake-token' },
  },
  { send: (call) => connections.send(call), now: Date.now },
)
const unasked = (): never => {
  throw new Error('Members need no more than their teams')
}
const name = { organizationId, appId }
const sender = {
  app: { ...name, numbers: numberPresets.default, revision: 1, target, rulesOf: unasked },
  database,
  clock,
  owner: String(process.pid),
  pacer: { requestsMax: 4, take: () => Promise.resolve({ isGiven: true } as const), report: () => undefined },
  onFault: (error: unknown) => console.error(error),
  members: { nesting: 'flatten', isAuthoritative: false, givesAccess: false } as const,
  isSample: () => false,
  alongside: insertLogRows,
}
const { signal } = new AbortController()
const open = 'select from work_items where organization_id = $1 and app_id = $2'
// What waits for a time does not wait here.
while ((await database.query({ text: open }, [organizationId, appId])).rowCount > 0)
  if ((await syncTeamsDue(sender, { rowsMax: 4, signal })) === 0) skippedMs += 5_000
const { maxRSS } = process.resourceUsage()
console.log(`done ${Math.round(maxRSS / 1024)}`)
await database.close()
connections.close()
