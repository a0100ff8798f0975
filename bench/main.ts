// npm run bench [-- suite …] [--json] [--quick] [--people=N]: figures as ratios to a floor and to peers, all in one run on one machine.
import { writeFileSync } from 'node:fs'
import { startChild } from './child.ts'
import { recorded, toMarkdown } from './report.ts'
import { startRollcall, type Rollcall } from './rollcall.ts'
import { auditSuite } from './suites/audit.ts'
import { bulkSuite, createPeople } from './suites/bulk.ts'
import type { BenchContext } from './suites/context.ts'
import { engineSuite } from './suites/engine.ts'
import { engineIdleSuite } from './suites/engine-idle.ts'
import { enginePlanSuite } from './suites/engine-plan.ts'
import { engineScaleSuite } from './suites/engine-scale.ts'
import { eventsSuite } from './suites/events.ts'
import { groupSuite } from './suites/group.ts'
import { peersSuite } from './suites/peers.ts'
import { readSuite } from './suites/read.ts'
import { rulesSuite } from './suites/rules.ts'
import { scaleSuite } from './suites/scale.ts'
import { seedPeople } from './suites/seed.ts'
import { sourcesSuite } from './suites/sources.ts'
import { writeSuite } from './suites/write.ts'

const serverSuites = ['read', 'write', 'bulk', 'peers', 'scale', 'group', 'events', 'audit', 'rules']
// `engine` stands for all of them.
const engineSuites = ['engine', 'engine-send', 'engine-plan', 'engine-scale', 'engine-idle']
const suiteNames = [...serverSuites, ...engineSuites, 'sources']
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const isQuick = process.argv.includes('--quick')
const wants = (name: string): boolean =>
  asked.length === 0 || asked.includes(name) || (engineSuites.includes(name) && asked.includes('engine'))
// How many people the suites of the engine begin with.
const peopleFlag = process.argv.find((argument) => argument.startsWith('--people='))?.slice('--people='.length)
const peopleOf = (few: number, many: number): number => Number(peopleFlag ?? (isQuick ? few : many))
const unknown = asked.filter((name) => !suiteNames.includes(name))
if (unknown.length > 0) {
  console.error(`No suite "${unknown.join('", "')}". There are: ${suiteNames.join(', ')}.`)
  process.exit(2)
}

if (asked.length === 0 || asked.some((name) => serverSuites.includes(name))) {
  const rollcall = await startRollcall()
  try {
    await run(rollcall)
  } finally {
    await rollcall.stop()
  }
}
if (wants('engine-send')) await engineSuite({ isQuick })
if (wants('engine-plan')) await enginePlanSuite({ people: peopleOf(5_000, 100_000) })
if (wants('engine-idle')) await engineIdleSuite({ seconds: isQuick ? 15 : 60 })
if (wants('engine-scale')) await engineScaleSuite({ people: peopleOf(20_000, 1_000_000) })
if (wants('sources')) await sourcesSuite({ people: peopleOf(20_000, 1_000_000) })
if (process.argv.includes('--json')) console.log(JSON.stringify(recorded()))
else console.log(`\n${toMarkdown()}`)
const markdownFile = process.argv.find((argument) => argument.startsWith('--markdown='))?.slice('--markdown='.length)
if (markdownFile !== undefined) writeFileSync(markdownFile, `${toMarkdown()}\n`)

async function run(server: Rollcall): Promise<void> {
  const people = isQuick ? 1000 : 10_000
  const organization = await server.newOrganization('bench')
  const userIds = await createPeople(server.server.port, organization, people)
  await server.database.query({ text: 'create table floor_users (like users including all)' })
  await server.database.query({
    text: `insert into floor_users select u.* from users u where organization_id = '${organization.id}'`,
  })
  await server.database.query({ text: 'update floor_users set id = scim_id' })
  await server.database.query({ text: 'vacuum analyze' })
  const floor = await startChild({
    arguments: [new URL('floor-server.ts', import.meta.url).pathname, server.databaseUrl, organization.id],
    ready: /ready (\d+)/,
    timeoutMs: 20_000,
  })
  const context: BenchContext = { rollcall: server, floor, organization, userIds, people, seconds: isQuick ? 1 : 4 }
  try {
    if (wants('read')) await readSuite(context)
    if (wants('write')) await writeSuite(context)
    if (wants('bulk')) await bulkSuite(context)
    if (wants('peers')) await peersSuite(context)
    if (wants('events')) await eventsSuite(context)
    if (wants('audit')) await auditSuite(context)
    if (wants('rules')) rulesSuite()
    if (wants('scale') || wants('group')) await runLarge(context)
  } finally {
    await floor.stop()
  }
}

async function runLarge(context: BenchContext): Promise<void> {
  const people = isQuick ? 120_000 : 1_000_000
  const small = await context.rollcall.newOrganization('small')
  const large = await context.rollcall.newOrganization('large')
  await seedPeople(context.rollcall.database, { organizationId: small.id, people: 1000 })
  await seedPeople(context.rollcall.database, { organizationId: large.id, people })
  await context.rollcall.database.query({ text: 'vacuum analyze' })
  if (wants('scale')) await scaleSuite(context, small, large, people)
  if (wants('group')) await groupSuite(context, large, people)
}
