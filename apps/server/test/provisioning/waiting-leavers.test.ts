import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runNotices } from '../../src/access/notice-mails.ts'
import { watchApps } from '../../src/app-safety.ts'
import { deliverMails } from '../../src/deliver-mails.ts'
import { createWebhook } from '../../src/events/webhooks.ts'
import { openVault } from '../../src/events/webhook-secret.ts'
import { startDueReconciliations } from '../../src/provisioning/reconcile/schedule.ts'
import { createSink } from '../events/sink.ts'
import { createMailbox } from '../harness/mailbox.ts'
import { createWebhookWorker } from '../harness/webhook-worker.ts'
import { faults } from './fake-target/fake-target.ts'
import { createReconcileScene, tamper } from './reconcile-scene.ts'

const organization = '/api/v1/organizations/acme'
const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/** An app whose administrators are told by mail and webhook. */
async function open() {
  const mailbox = await createMailbox()
  const sink = await createSink()
  const scene = await createReconcileScene({
    settings: {
      notify: ['owner@app.example'],
      reconciliation: { every: 'weekly', policy: 'enforce', orphans: 'keep', keepOrphans: [] },
    },
    instance: {
      SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
      MAIL_FROM: 'rollcall@example.com',
      ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8',
    },
  })
  const { server, organizationId } = scene.harness
  const { parts } = server.application
  const vault = await openVault(server.database, parts.encryption, server.clock())
  const types = ['app.leavers_waiting', 'app.plan_waiting']
  const command = { name: 'ops', url: sink.url, types, format: 'standard' } as const
  await createWebhook({ ...parts, vault, sender: parts.outboundSender }, server.call(), { organizationId, command })
  const work = createWebhookWorker(server)
  /** What jobs do in a minute; the events and subjects of mails that came of it. */
  const tell = async () => {
    await watchApps(parts)
    await runNotices(server.database, server.clock())
    await work()
    await deliverMails(parts, AbortSignal.timeout(10_000))
    return {
      events: sink.received.splice(0).map(({ body }) => JSON.parse(body).type as string),
      mails: mailbox.received.splice(0).map(({ headers }) => headers.get('subject')),
    }
  }
  const needs = async (): Promise<readonly { code: string; count: number; severity: string }[]> =>
    (await scene.call('GET', `${organization}/overview`)).body.needs
  return {
    ...scene,
    server,
    tell,
    needs,
    [Symbol.asyncDispose]: async () => {
      await scene[Symbol.asyncDispose]()
      await sink[Symbol.asyncDispose]()
      await mailbox[Symbol.asyncDispose]()
    },
  }
}

const nothing = { events: [], mails: [] }

test('a leaver whose account in an app stays for more than a minute is told of once: notice, mail, event, what waits; and anew when it happens anew', async () => {
  await using scene = await open()
  const { harness, hire, call, tell, needs, server } = scene
  const [ada = '', bob = ''] = await hire('ada', 'bob')
  assert.deepEqual(await tell(), nothing)
  harness.fake.fault = ({ method }) => (method === 'PATCH' || method === 'PUT' ? faults.unavailable() : 'none')
  await harness.patchPerson(ada, [{ op: 'replace', path: 'active', value: false }])
  await harness.settle()
  await harness.pass(minuteMs / 2)
  assert.deepEqual(await tell(), nothing)
  await harness.pass(minuteMs)
  const subject = 'People who left still have access to Target: 1'
  assert.deepEqual(await tell(), { events: ['app.leavers_waiting'], mails: [subject] })
  await harness.pass(minuteMs)
  assert.deepEqual(await tell(), nothing, 'once')
  const notices = `${organization}/notices?kind=appLeaversWaiting&open=true`
  const { body } = await call('GET', notices)
  assert.equal(body.data.length, 1)
  assert.match(body.data[0].message, /^Accounts of people who left are still in use in the app "Target": 1, /)
  const need = (await needs()).find(({ code }) => code === 'leaversWaiting')
  assert.deepEqual([need?.count, need?.severity], [1, 'critical'], JSON.stringify(await needs()))

  harness.fake.fault = () => 'none'
  for (let hours = 0; hours < 6; hours++) await harness.pass(60 * minuteMs)
  assert.equal(harness.fake.users.get(scene.keyOf('ada@example.com'))?.resource['active'], false)
  assert.deepEqual(await tell(), nothing)
  assert.deepEqual((await call('GET', notices)).body.data, [], 'nobody has to acknowledge what is over')
  assert.equal(
    (await needs()).find(({ code }) => code === 'leaversWaiting'),
    undefined,
  )

  harness.fake.fault = ({ method }) => (method === 'PATCH' || method === 'PUT' ? faults.unavailable() : 'none')
  await harness.patchPerson(bob, [{ op: 'replace', path: 'active', value: false }])
  await harness.settle()
  await harness.pass(2 * minuteMs)
  assert.deepEqual((await tell()).events, ['app.leavers_waiting'])
  assert.ok(server.clock().getTime() > 0)
})

test('a plan that a reconciliation by schedule has made is told of; one that somebody asked for is not, nor one that would do nothing', async () => {
  await using scene = await open()
  const { hire, reconcile, tell, workOff, server, call } = scene
  await hire('ada')
  const { signal } = new AbortController()
  const runDue = async (): Promise<void> => {
    await startDueReconciliations(server.database, server.clock(), signal)
    await workOff()
  }
  await runDue()
  server.clock.advance(8 * dayMs)
  await runDue()
  assert.deepEqual(await tell(), nothing)
  tamper(scene, 'ada@example.com', { displayName: 'Mallory' })
  await reconcile('enforce')
  assert.deepEqual(await tell(), nothing)
  server.clock.advance(8 * dayMs)
  await runDue()
  assert.deepEqual(await tell(), { events: ['app.plan_waiting'], mails: ['A plan for Target waits for you'] })
  const { body } = await call('GET', `${organization}/notices?kind=appPlanWaiting`)
  assert.equal(body.data[0].details.summary, 'update 1')
  assert.equal((await call('POST', `/plans/${body.data[0].details.plan}/apply`)).status, 200)
})
