import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runNotices } from '../../src/access/notice-mails.ts'
import { probeApps, watchApps } from '../../src/app-safety.ts'
import { deliverMails } from '../../src/deliver-mails.ts'
import { resumeApp } from '../../src/provisioning/apps/app-state.ts'
import { getApp } from '../../src/provisioning/apps/app.ts'
import { getAppHealth } from '../../src/provisioning/health/care.ts'
import { createMailbox } from '../harness/mailbox.ts'
import { createEngineHarness, type EngineHarness } from './engine-harness.ts'
import { faults } from './fake-target/fake-target.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

const named = ({ organizationId, appId }: EngineHarness) => ({ organizationId, appId })

/** What the jobs do within a minute. */
async function runJobs({ server }: EngineHarness): Promise<void> {
  const { parts } = server.application
  await probeApps(parts, AbortSignal.timeout(10_000))
  await watchApps(parts)
  await runNotices(server.database, server.clock())
  await deliverMails(parts, AbortSignal.timeout(10_000))
}

function rename(harness: EngineHarness, id: string | undefined, name: string): Promise<void> {
  return harness.patchPerson(id ?? '', [{ op: 'replace', path: 'displayName', value: name }])
}

test('ENG-13: in an organization of 30 people a dead token is found within minutes, and the app comes back by itself', async () => {
  await using mailbox = await createMailbox()
  await using harness = await createEngineHarness({
    rules: { assignment: 'everyone' },
    settings: { notify: ['owner@app.example'] },
    instance: { SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`, MAIL_FROM: 'rollcall@example.com' },
  })
  const { server, fake } = harness
  const ids: string[] = []
  for (let index = 0; index < 30; index++) ids.push(await harness.createPerson(`p${index}@example.com`))
  await harness.settle()
  const health = () => getAppHealth(server.database, named(harness))
  const nameOf = (index: number) =>
    fake.users.all().find(({ resource }) => resource['userName'] === `p${index}@example.com`)?.resource['displayName']

  fake.fault = () => faults.unauthorized
  await rename(harness, ids[0], 'Ada')
  await harness.settle()
  for (let tries = 0; tries < 3; tries++) await harness.pass(minuteMs / 2)
  const ill = await health()
  assert.deepEqual([ill.health, ill.reason], ['quarantined', 'CredentialsRefused'])
  const sent = fake.requests
  await rename(harness, ids[1], 'Bob')
  await harness.settle()
  assert.equal(fake.requests, sent, 'nothing is sent, and what changes is kept')
  await runJobs(harness)
  assert.deepEqual(
    mailbox.received.map(({ to, headers }) => [to, headers.get('subject')]),
    [[['owner@app.example'], 'An app does not work: Target']],
  )

  fake.fault = () => 'none'
  await harness.pass(minuteMs)
  await runJobs(harness)
  assert.equal((await health()).health, 'probing')
  await harness.settle()
  assert.deepEqual([nameOf(0), nameOf(1)], ['Ada', 'Bob'], 'the canaries went through')
  await harness.pass(minuteMs)
  await runJobs(harness)
  assert.equal((await health()).health, 'healthy')
  assert.equal(mailbox.received.length, 1, 'one mail an episode')

  fake.fault = () => faults.unauthorized
  await rename(harness, ids[2], 'Cyd')
  await harness.settle()
  for (let tries = 0; tries < 3; tries++) await harness.pass(minuteMs / 2)
  await runJobs(harness)
  assert.equal(mailbox.received.length, 2, 'another episode')
  for (let day = 1; day <= 28; day++) {
    await harness.pass(dayMs)
    await runJobs(harness)
  }
  const paused = await getApp(server.database, named(harness))
  assert.equal(paused.state, 'paused')
  const subjects = mailbox.received.slice(2).map(({ headers }) => headers.get('subject'))
  const again = 'An app does not work: Target'
  assert.deepEqual(subjects, [again, again, again, 'An app was paused: Target'], 'days 7, 21, 27, and the end')
  const [{ count } = { count: 0 }] = await harness.rows<{ count: number }>(
    `select count(*) as count from links where organization_id = $1 and app_id = $2 and state = 'linked'`,
  )
  assert.equal(count, 30)

  fake.fault = () => 'none'
  await resumeApp(server.database, server.call(), named(harness))
  await harness.pass(minuteMs)
  assert.equal(nameOf(2), 'Cyd')
})
