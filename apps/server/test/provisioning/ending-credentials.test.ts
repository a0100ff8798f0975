import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runNotices } from '../../src/access/notice-mails.ts'
import { deliverMails } from '../../src/deliver-mails.ts'
import { createWebhook } from '../../src/events/webhooks.ts'
import { openVault } from '../../src/events/webhook-secret.ts'
import { createSink } from '../events/sink.ts'
import { createMailbox } from '../harness/mailbox.ts'
import { createWebhookWorker } from '../harness/webhook-worker.ts'
import { createAppCaller } from './app-caller.ts'
import { createEngineHarness } from './engine-harness.ts'

const dayMs = 86_400_000
const appsPath = '/api/v1/organizations/acme/apps'
const noticesPath = '/api/v1/organizations/acme/notices?kind=appCredentialsExpiring'

test('30 days, 7 days and a day before the credentials of an app end there is a notice, a mail and an event, each once; new ones end it', async () => {
  await using mailbox = await createMailbox()
  await using sink = await createSink()
  await using harness = await createEngineHarness({
    settings: { notify: ['owner@app.example'] },
    instance: {
      SMTP_URL: `smtp://127.0.0.1:${mailbox.port}`,
      MAIL_FROM: 'rollcall@example.com',
      ROLLCALL_OUTBOUND_ALLOW: '127.0.0.0/8',
    },
  })
  const { server, organizationId } = harness
  const { parts } = server.application
  const vault = await openVault(server.database, parts.encryption, server.clock())
  const command = { name: 'ops', url: sink.url, types: ['app.credentials_expiring'], format: 'standard' } as const
  await createWebhook({ ...parts, vault, sender: parts.outboundSender }, server.call(), { organizationId, command })
  const work = createWebhookWorker(server)
  const call = await createAppCaller(harness)
  const giveToken = (token: string, expiresAt?: Date) =>
    call('PATCH', '', { credentials: { kind: 'bearer', token, ...(expiresAt && { expiresAt }) } })
  const pass = async (days: number): Promise<readonly number[]> => {
    for (let day = 0; day < days; day++) {
      server.clock.advance(dayMs)
      await runNotices(server.database, server.clock())
      await runNotices(server.database, server.clock())
      await work()
      await deliverMails(parts, AbortSignal.timeout(10_000))
    }
    return sink.received.splice(0).map(({ body }) => JSON.parse(body).data.details.daysLeft)
  }

  const end = new Date(server.clock().getTime() + 40 * dayMs)
  const given = await giveToken('first', end)
  assert.deepEqual([given.status, given.body.credentials], [200, { kind: 'bearer', expiresAt: end.toISOString() }])
  assert.deepEqual(await pass(9), [])
  assert.deepEqual(await pass(31), [30, 7, 1])
  const subjects = mailbox.received.splice(0).map(({ to, headers }) => [to, headers.get('subject')])
  assert.deepEqual(subjects, Array(3).fill([['owner@app.example'], 'The credentials of an app end soon: Target']))
  const { body: notices } = await call('GET', noticesPath)
  assert.deepEqual(
    notices.data.map(({ details }: { readonly details: object }) => details),
    [1, 7, 30].map((daysLeft) => ({ app: 'Target', daysLeft, expiresAt: end.toISOString() })),
  )
  assert.match(notices.data[0].message, /give it new ones before/)

  // Of a token that says so itself; whoever looks late hears only what is most urgent.
  const claims = { exp: server.clock().getTime() / 1_000 + 5 * 86_400 }
  const token = ['{"alg":"RS256"}', JSON.stringify(claims), 'signature'].map((part) =>
    Buffer.from(part).toString('base64url'),
  )
  const own = await giveToken(token.join('.'))
  assert.equal(own.body.credentials.expiresAt, new Date(claims.exp * 1_000).toISOString())
  assert.deepEqual(await pass(1), [7])
  const oauth = { kind: 'oauth', tokenUrl: 'https://login.example/token', clientId: 'a', clientSecret: 'b' }
  const kept = await call('PATCH', '', { credentials: oauth })
  assert.deepEqual(kept.body.credentials, { kind: 'oauth', expiresAt: null })
  assert.deepEqual(await pass(10), [])
  assert.equal(mailbox.received.length, 1)

  const basic = { kind: 'basic', user: 'a', password: 'b', expiresAt: 'tomorrow' }
  const refused = await call('POST', appsPath, {
    name: 'Other',
    target: { kind: 'scim', baseUrl: 'https://app.example/scim/v2' },
    credentials: basic,
  })
  assert.deepEqual([refused.status, refused.body.errors[0].pointer], [400, '/credentials/expiresAt'])
})
