import type { AppName } from '../../apps/server/src/provisioning/apps/app.ts'
import type { Engine } from '../../apps/server/src/provisioning/engine.ts'
import { pumpChanges } from '../../apps/server/src/provisioning/pump.ts'
import { record, recordBound, toMedian } from '../report.ts'
import { finishCycle } from './engine-cycle.ts'
import { type EngineSite, openEngineSite } from './engine-site.ts'
import { createInstantTarget } from './instant-target.ts'
import { bytesOfMegabyte, watchMemory } from './memory.ts'
import { watchProcessors } from './processor.ts'

const never = new AbortController().signal
const ticks = 20
const million = 1_000_000

/** What it costs when nothing has changed, and when everybody is looked at again, of an app in which everybody has an account. */
export async function engineScaleSuite({ people }: { readonly people: number }): Promise<void> {
  await using site = await openEngineSite()
  const organizationId = await site.newOrganization('scale', people)
  const name = await site.newApp(organizationId, 'Scale', 'https://app.example/scim')
  await seedAccounts(site, name)
  const engine = site.openEngine(() => createInstantTarget())
  await measureTicks(site, engine, people)
  await measureFull(site, { engine, name, people })
  const { rows } = await site.database.query<{ count: number }>({ text: 'select count(*) as count from work_items' })
  if (rows[0]?.count !== 0)
    throw new Error(`${rows[0]?.count} people were to be sent: what is seeded is not what is wanted`)
  await engine.close()
}

async function measureTicks(site: EngineSite, engine: Engine, people: number): Promise<void> {
  const figures: number[] = []
  const before = site.database.stats.roundTrips
  for (let count = 0; count < ticks; count++) {
    const startedMs = performance.now()
    await tick(site, engine)
    figures.push(performance.now() - startedMs)
  }
  const queries = (site.database.stats.roundTrips - before) / ticks
  recordBound(`tick without a change, ${people} people, median of ${ticks}`, toMedian(figures), 100, 'ms')
  recordBound('the slowest of these', Math.max(...figures), 100, 'ms')
  record({ name: 'statements of such a tick', value: queries, unit: '' })
}

async function tick({ database, rules }: EngineSite, engine: Engine): Promise<void> {
  await pumpChanges(database, { findRules: rules.find, clock: () => new Date() })
  await engine.turn(never)
  await engine.idle()
}

type Full = { readonly engine: Engine; readonly name: AppName; readonly people: number }

async function measureFull(site: EngineSite, { engine, name, people }: Full): Promise<void> {
  const memory = watchMemory()
  const processors = await watchProcessors(site.database)
  await site.reviseRules(name)
  const ms = await finishCycle(site, engine, name)
  const { before, most } = memory.stop()
  recordBound(`all ${people} people evaluated again, nobody sent`, ms / 1000, (120 * people) / million, 's')
  processors.record('that')
  record({ name: 'memory of the process grows by', value: (most - before) / bytesOfMegabyte, unit: 'MB' })
  recordBound('memory of the process, at most', most / bytesOfMegabyte, 400, 'MB')
}

/** As if everybody had been sent: by a million evaluations, it would take longer than what is measured. */
async function seedAccounts({ database }: EngineSite, { organizationId, appId }: AppName): Promise<void> {
  await database.query({ text: seedShadowsSql }, [organizationId, appId])
  await database.query({ text: seedLinksSql }, [organizationId, appId])
  await database.query({ text: seedCycleSql }, [organizationId, appId])
  await database.query({ text: 'vacuum analyze' })
}

// What the rules of the preset yield of the people that the bench makes, as it is printed: if it differed, all would be sent.
const seedShadowsSql = `
insert into link_shadows (organization_id, app_id, object_id, sent)
select $1, $2, u.id, concat('{"active":true,"displayName":', to_json(u.display),
  ',"emails[type eq \\"work\\"].value":', to_json(u.user_name_key), ',"externalId":"', u.id,
  '","name.familyName":', d.document #> '{name,familyName}', ',"name.givenName":', d.document #> '{name,givenName}',
  ',"title":null,"', enterprise, ':department":', d.document -> enterprise -> 'department',
  ',"', enterprise, ':employeeNumber":', d.document -> enterprise -> 'employeeNumber',
  ',"', enterprise, ':manager":null,"userName":', to_json(u.user_name_key), '}')
from users u cross join lateral (select u.document::json as document offset 0) d
cross join (values ('urn:ietf:params:scim:schemas:extension:enterprise:2.0:User')) e (enterprise)
where u.organization_id = $1 and not u.is_built_in`

const seedLinksSql = `
insert into links (organization_id, app_id, kind, object_id, state, is_in_scope, origin, target_key, desired_hash, applied_hash,
                   rules_revision, object_version, applied_at)
select $1, $2, 'user', s.object_id, 'linked', true, 'created', s.object_id::text, h.hash, h.hash, 1, 1, now()
from link_shadows s cross join lateral (select substr(sha256(convert_to(s.sent, 'UTF8')), 1, 16) as hash offset 0) h
where s.organization_id = $1 and s.app_id = $2`

const seedCycleSql = `
with done as (
  insert into cycles (organization_id, id, app_id, kind, state, rules_revision, started_at, ended_at)
  values ($1, gen_random_uuid(), $2, 'initial', 'done', 1, now(), now())
)
insert into outbox_cursors (organization_id, consumer, position)
select $1, 'provisioning', last_value from changes_position_seq on conflict do nothing`
