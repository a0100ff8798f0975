import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTypeId } from '../../src/type-id.ts'
import { createInvitationHarness, patchOf, type InvitationHarness } from './invitation-harness.ts'

let site: InvitationHarness
before(async () => {
  site = await createInvitationHarness()
})
after(() => site[Symbol.asyncDispose]())

test('without a mail server people are invited all the same: mails are read, links are copied', async () => {
  await site.createPerson('copy@acme.example')
  await site.work()
  const { body } = await site.manage('GET', '/invitations?limit=1')
  const [invitation] = body.data
  assert.deepEqual([invitation.to, invitation.state], ['copy@acme.example', 'open'])
  const shown = await site.manage('GET', `/mails/${invitation.mailId}`)
  assert.equal(shown.body.state, 'waiting')
  const shared = await site.manage('POST', `/invitations/${invitation.id}/link`)
  assert.equal(shared.status, 200)
  assert.ok(shown.body.text.includes(shared.body.url))
  assert.ok(shown.body.html.includes(`href="${shared.body.url}"`))
  assert.equal((await site.open(new URL(shared.body.url).pathname, { method: 'POST' })).status, 200)
  assert.equal((await site.manage('GET', `/invitations/${invitation.id}`)).body.state, 'accepted')
  for (const verb of ['link', 'revoke', 'resend'])
    assert.equal((await site.manage('POST', `/invitations/${invitation.id}/${verb}`)).status, 409, verb)
})

test('a link can be copied before a worker has come to the invitation', async () => {
  await site.createPerson('hurry@acme.example')
  const { id, expiresAt } = await site.findInvitation('hurry@acme.example')
  assert.equal(expiresAt, null)
  const shared = await site.manage('POST', `/invitations/${id}/link`)
  assert.equal((await site.open(new URL(shared.body.url).pathname, { method: 'POST' })).status, 200)
  await site.work()
  assert.equal(await site.countMails('hurry@acme.example'), 1)
  assert.equal((await site.findMail('hurry@acme.example'))?.['state'], 'canceled')
})

test('a withdrawn invitation opens nothing; the person stays pending until somebody sends another one', async () => {
  await site.createPerson('withdrawn@acme.example')
  await site.work()
  const link = await site.linkTo('withdrawn@acme.example')
  const { id } = await site.findInvitation('withdrawn@acme.example')
  const revoked = await site.manage('POST', `/invitations/${id}/revoke`)
  assert.equal(revoked.body.state, 'revoked')
  assert.match((await site.open(link, { method: 'POST' })).text, /was withdrawn/)
  assert.equal(await site.stateOf('withdrawn@acme.example'), 'pending')
  assert.equal((await site.manage('POST', `/invitations/${id}/resend`)).body.state, 'open')
  assert.equal((await site.open(await site.linkTo('withdrawn@acme.example'), { method: 'POST' })).status, 200)
})

test('invitations are listed by state and person, newest first, page by page', async () => {
  await using site = await createInvitationHarness('lists')
  await site.createPerson('list1@acme.example')
  site.application.clock.advance(10)
  await site.createPerson('list2@acme.example')
  await site.work()
  const first = await site.manage('GET', '/invitations?state=open&limit=1&total=true')
  assert.deepEqual([first.body.data[0].to, first.body.total], ['list2@acme.example', 2])
  const second = await site.manage('GET', `/invitations?state=open&limit=1&cursor=${first.body.nextCursor}`)
  assert.equal(second.body.data[0].to, 'list1@acme.example')
  const { userId } = second.body.data[0]
  assert.equal((await site.manage('GET', `/invitations?user=${userId}`)).body.data.length, 1)
  site.application.clock.advance(49 * 3_600_000)
  assert.equal((await site.manage('GET', '/invitations?state=open')).body.data.length, 0)
  assert.equal((await site.manage('GET', '/invitations?state=expired')).body.data.length, 2)
})

test('whoever may only read mails sees no working link in them', async () => {
  await site.createPerson('secret@acme.example')
  await site.work()
  const { body } = await site.manage('POST', '/keys', { scopes: ['mail:read'] })
  const link = await site.linkTo('secret@acme.example')
  const { id } = (await site.findMail('secret@acme.example')) ?? {}
  for (const path of ['/mails', `/mails/${id}`]) {
    const seen = await site.manage('GET', path, undefined, body.key)
    assert.equal(seen.status, 200)
    assert.equal(JSON.stringify(seen.body).includes(link), false)
    assert.match(JSON.stringify(seen.body), /invitations\/\[hidden\]/)
  }
  const refused = await site.manage('POST', '/mails/test', { to: 'a@b.example' }, body.key)
  assert.equal(refused.status, 403)
})

test('a test mail goes to one address and nowhere else', async () => {
  const made = await site.manage('POST', '/mails/test', { to: ' ada@acme.example ', locale: 'ko' })
  assert.deepEqual([made.status, made.body.to, made.body.delivery], [201, 'ada@acme.example', 'outbox'])
  assert.equal(made.body.subject, 'Rollcall 테스트 메일')
  for (const to of [
    'a@b.example, c@d.example',
    'x <a@b.example>',
    'a@b.example\r\nBcc: c@d.example',
    'a@-b.example',
    '',
  ])
    assert.ok([400, 422].includes((await site.manage('POST', '/mails/test', { to })).status), to)
})

test('somebody from outside is invited by hand, owned by no connection, out of reach for SCIM, verified by the link', async () => {
  const attributes = { userName: 'partner@other.example', displayName: 'Partner', preferredLanguage: 'ja' }
  const made = await site.manage('POST', '/people', { attributes })
  assert.deepEqual([made.status, made.body.state], [201, 'pending'])
  await site.work()
  const mail = await site.findMail('partner@other.example')
  assert.match(mail?.['subject'] ?? '', /への招待$/)
  const filter = encodeURIComponent('userName eq "partner@other.example"')
  const listed = await site.scim('GET', `/Users?filter=${filter}`)
  const [resource] = listed.body.Resources
  const written = await site.scim(
    'PATCH',
    `/Users/${resource?.id}`,
    patchOf({ op: 'replace', path: 'active', value: false }),
  )
  assert.ok(written.status >= 400 && written.status < 500, String(written.status))
  assert.equal((await site.open(await site.linkTo('partner@other.example'), { method: 'POST' })).status, 200)
  assert.equal((await site.manage('GET', `/people/${made.body.id}`)).body.state, 'active')
})

test('when a deleted person is purged, invitations, mails and confirmed addresses go too', async () => {
  const person = await site.createPerson('purged@acme.example')
  await site.work()
  assert.equal((await site.open(await site.linkTo('purged@acme.example'), { method: 'POST' })).status, 200)
  const { rows } = await site.application.database.query<{ id: string }>({
    text: `select id from users where user_name_key = 'purged@acme.example'`,
  })
  await site.scim('DELETE', `/Users/${person.id}`)
  const purged = await site.manage('POST', `/people/${formatTypeId('usr', rows[0]?.id ?? '')}/purge`, {})
  assert.ok(purged.status < 300, String(purged.status))
  for (const table of ['invitations', 'verified_emails', 'mails']) {
    const left = await site.application.database.query({
      text: `select from ${table} t where to_jsonb(t)::text like '%purged@acme.example%'`,
    })
    assert.equal(left.rows.length, 0, table)
  }
})
