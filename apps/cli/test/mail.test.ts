import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTestDatabase } from '../../server/test/harness/database.ts'
import { createMailbox } from '../../server/test/harness/mailbox.ts'
import { startServer, temporaryFolder } from '../../server/test/harness/spawn.ts'
import { makeInvitationMails } from '../../server/test/harness/worker-turn.ts'
import { createCliHarness, runCli, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'acme')
  const { key } = await cli.json('key', 'create', '--organization', 'acme', '--scope', 'scim')
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/scim+json' }
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  const body = JSON.stringify({ schemas, userName: 'ada@acme.example', active: true })
  assert.equal((await cli.application.fetch('/scim/v2/Users', { method: 'POST', headers, body })).status, 201)
  await makeInvitationMails(cli.application)
})
after(() => cli[Symbol.asyncDispose]())

test('mail list tells what waits, newest first; mail show prints it as it is sent', async () => {
  const { data, nextCursor } = await cli.json('mail', 'list', '--organization', 'acme')
  assert.deepEqual([data.length, nextCursor, data[0].to, data[0].state], [1, null, 'ada@acme.example', 'waiting'])
  const shown = await cli.run('mail', 'show', data[0].id)
  assert.match(shown.stdout, /^subject +You are invited to acme$/m)
  assert.match(
    shown.stdout,
    /^http:\/\/\S+\/invitations\/rc_inv_\w+$|^https:\/\/rollcall\.test\/invitations\/rc_inv_\w+$/m,
  )
  const html = await cli.run('mail', 'show', data[0].id, '--html')
  assert.match(html.stdout, /^<!doctype html>/)
})

test('mail test without a mail server says that the mail stands in the outbox; a wrong address is refused', async () => {
  const sent = await cli.run('mail', 'test', 'grace@acme.example', '--organization', 'acme', '--locale', 'fr')
  assert.equal(sent.code, 0)
  assert.match(sent.stdout, /E-mail de test de Rollcall/)
  assert.match(sent.stderr, /SMTP_URL/)
  const { data } = await cli.json('mail', 'list', '--organization', 'acme')
  assert.deepEqual(
    data.map(({ to }: { to: string }) => to),
    ['grace@acme.example', 'ada@acme.example'],
  )
  const wrong = await cli.run('mail', 'test', 'a@b.example, c@d.example', '--json')
  assert.deepEqual([wrong.code, JSON.parse(wrong.stderr).errors[0].pointer], [1, '/to'])
})

test('CON-J1: mail test goes out by the server of SMTP_URL; one without STARTTLS gets nothing unless the URL says so', async () => {
  await using mailbox = await createMailbox({ disabledCommands: ['STARTTLS'] })
  await using own = await createTestDatabase()
  using folder = temporaryFolder()
  const environment = { DATABASE_URL: own.url, ROLLCALL_DATA_DIR: folder.path, MAIL_FROM: 'people@acme.example' }
  const send = async (SMTP_URL: string, to: string) => {
    await using server = await startServer({ environment: { ...environment, SMTP_URL } })
    const run = (...words: readonly string[]) =>
      runCli(words, { environment: { ROLLCALL_URL: server.url, ROLLCALL_DATA_DIR: folder.path } })
    await run('organization', 'create', '--slug', 'acme')
    const ran = await run('mail', 'test', to, '--organization', 'acme')
    return ran
  }
  // Another way to write 127.0.0.1, which is not taken for this machine.
  const refused = await send(`smtp://127.1:${mailbox.port}`, 'eve@acme.example')
  assert.match(refused.stderr, /Not sent yet.*STARTTLS/)
  assert.equal(mailbox.received.length, 0)
  const sent = await send(`smtp://127.0.0.1:${mailbox.port}?tls=none`, 'ada@acme.example')
  assert.deepEqual([sent.code, sent.stderr], [0, ''], sent.stderr)
  assert.match(sent.stdout, /^state +sent$/m)
  const mail = mailbox.received.find(({ to }) => to.includes('ada@acme.example'))
  assert.deepEqual(
    [mail?.from, mail?.to, mail?.headers.get('subject')],
    ['people@acme.example', ['ada@acme.example'], 'Test mail from Rollcall'],
  )
})

test('an invitation is listed, its link printed alone, sent again and withdrawn', async () => {
  const { data } = await cli.json('invitation', 'list', '--state', 'open')
  assert.deepEqual([data.length, data[0].to], [1, 'ada@acme.example'])
  const link = await cli.run('invitation', 'link', data[0].id)
  assert.match(link.stdout, /^https?:\/\/\S+\/invitations\/rc_inv_[0-9A-Za-z]{6}\w{58}\n$/)
  const fresh = await cli.json('invitation', 'resend', data[0].id)
  assert.notEqual(fresh.id, data[0].id)
  assert.equal((await cli.json('invitation', 'show', data[0].id)).state, 'replaced')
  assert.equal((await cli.json('invitation', 'revoke', fresh.id, '--yes')).state, 'revoked')
  const again = await cli.run('invitation', 'revoke', fresh.id, '--yes')
  assert.equal(again.code, 1)
  assert.match(again.stderr, /revoked before/)
})

test('invitations are switched off and given another time by the settings of the organization', async () => {
  const settings = '{"locale":"ja","invitations":{"enabled":false,"validHours":24}}'
  const updated = await cli.json('organization', 'update', 'acme', '--settings', settings)
  assert.deepEqual(updated.settings, JSON.parse(settings))
  const wrong = await cli.run(
    'organization',
    'update',
    'acme',
    '--settings',
    '{"invitations":{"validHours":0}}',
    '--json',
  )
  assert.equal(JSON.parse(wrong.stderr).errors[0].pointer, '/settings/invitations/validHours')
})
