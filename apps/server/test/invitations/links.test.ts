import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { failuresPerWindowMax } from '../../src/access/failed-attempts.ts'
import { createInvitationHarness, patchOf, type InvitationHarness } from './invitation-harness.ts'

const hourMs = 3_600_000
const post = { method: 'POST' }

let site: InvitationHarness
before(async () => {
  site = await createInvitationHarness()
})
after(() => site[Symbol.asyncDispose]())

test('AC-D3: a person created over SCIM is pending and active over SCIM, with one mail in the outbox', async () => {
  const person = await site.createPerson('one@acme.example')
  assert.equal(person.active, true)
  assert.equal(await site.stateOf('one@acme.example'), 'pending')
  await site.work()
  await site.work()
  assert.equal(await site.countMails('one@acme.example'), 1)
  const mail = await site.findMail('one@acme.example')
  assert.deepEqual([mail?.['template'], mail?.['state']], ['invitation', 'waiting'])
  assert.equal(mail?.['subject'], 'You are invited to Acme & Söhne')
  // Neither another write of the same nor any other attribute sends another mail.
  await site.scim('PUT', `/Users/${person.id}`, { schemas: person.schemas, userName: 'one@acme.example', active: true })
  await site.scim('PATCH', `/Users/${person.id}`, patchOf({ op: 'add', path: 'title', value: 'Dr' }))
  await site.work()
  assert.equal(await site.countMails('one@acme.example'), 1)
  assert.equal((await site.scim('GET', `/Users/${person.id}`)).body.active, true)
})

test('CON-J4: the link works 47 hours later, and 49 hours later says that it has expired and whom to ask', async () => {
  await site.createPerson('early@acme.example')
  await site.createPerson('late@acme.example')
  await site.work()
  const [early, late] = [await site.linkTo('early@acme.example'), await site.linkTo('late@acme.example')]
  site.application.clock.advance(47 * hourMs)
  assert.equal((await site.open(early)).status, 200)
  const accepted = await site.open(early, post)
  assert.equal(accepted.status, 200)
  assert.match(accepted.text, /Your account at Acme &#38; Söhne is active now/)
  assert.equal(await site.stateOf('early@acme.example'), 'active')
  site.application.clock.advance(2 * hourMs)
  for (const init of [{}, post]) {
    const expired = await site.open(late, init)
    assert.equal(expired.status, 410)
    assert.match(expired.text, /This invitation has expired\./)
    assert.match(expired.text, /Ask your administrator at Acme &#38; Söhne for a new link/)
  }
  assert.equal(await site.stateOf('late@acme.example'), 'pending')
})

test('the mail is sent once for each person, also when 250 come by /Bulk', async () => {
  const Operations = Array.from({ length: 250 }, (_, index) => ({
    method: 'POST',
    path: '/Users',
    bulkId: `b${index}`,
    data: { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: `bulk${index}@acme.example` },
  }))
  const bulk = await site.scim('POST', '/Bulk', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'],
    Operations,
  })
  assert.equal(bulk.status, 200)
  await Promise.all([site.work(), site.work(), site.work()])
  const { rows } = await site.application.database.query<{ mails: number; people: number }>({
    text: `select count(*) as mails, count(distinct recipient) as people from mails where recipient like 'bulk%'`,
  })
  assert.deepEqual(rows[0], { mails: 250, people: 250 })
})

test('AC-D6: sending again makes a new mail, kills the old link and starts the time anew', async () => {
  await site.createPerson('again@acme.example')
  await site.work()
  const old = await site.linkTo('again@acme.example')
  site.application.clock.advance(40 * hourMs)
  const { id } = await site.findInvitation('again@acme.example')
  const resent = await site.manage('POST', `/invitations/${id}/resend`)
  assert.equal(resent.status, 200)
  assert.equal(Date.parse(resent.body.expiresAt), site.application.clock().getTime() + 48 * hourMs)
  assert.equal(await site.countMails('again@acme.example'), 2)
  const fresh = await site.linkTo('again@acme.example')
  assert.notEqual(fresh, old)
  const dead = await site.open(old, post)
  assert.equal(dead.status, 410)
  assert.match(dead.text, /A newer invitation has taken the place of this one/)
  site.application.clock.advance(47 * hourMs)
  assert.equal((await site.open(fresh, post)).status, 200)
  assert.equal(await site.stateOf('again@acme.example'), 'active')
})

test('CON-J4: scanners that fetch the link by GET and HEAD change nothing; POST uses it up, once', async () => {
  await site.createPerson('scanned@acme.example')
  await site.work()
  const link = await site.linkTo('scanned@acme.example')
  for (const method of ['HEAD', 'GET', 'GET', 'HEAD']) {
    const page = await site.open(link, { method })
    assert.equal(page.status, 200)
    if (method === 'GET') assert.match(page.text, /<form method="post"><button type="submit">Confirm<\/button><\/form>/)
    assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'/)
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
    assert.equal(page.headers.get('cache-control'), 'no-store')
  }
  assert.equal(await site.stateOf('scanned@acme.example'), 'pending')
  const clicks = await Promise.all(Array.from({ length: 5 }, () => site.open(link, post)))
  assert.deepEqual(clicks.map(({ status }) => status).toSorted(), [200, 410, 410, 410, 410])
  assert.equal(await site.stateOf('scanned@acme.example'), 'active')
  assert.match((await site.open(link)).text, /accepted already/)
  const { rows } = await site.application.database.query<{ actor: string }>({
    text: `select actor from changes where action = 'user.activated' and subject_id = (select id from users where user_name_key = 'scanned@acme.example')`,
  })
  assert.equal(rows.length, 1)
  assert.match(rows[0]?.actor ?? '', /^usr_/)
})

test('CON-J4: a link is an HMAC: what was changed or made up opens nothing, and whoever guesses is slowed down', async () => {
  await site.createPerson('guessed@acme.example')
  await site.work()
  const link = await site.linkTo('guessed@acme.example')
  const flipped = link.slice(0, -1) + (link.endsWith('0') ? '1' : '0')
  const shortId = /rc_inv_(\w{6})/.exec(link)?.[1] ?? ''
  const wrong = [flipped, link.slice(0, -1), `${link}0`, link.replace(shortId, 'AAAAAA'), '/invitations/x', `${link}/x`]
  for (const path of wrong) {
    const page = await site.open(path, { ...post, headers: { 'accept-language': 'fr-CA,fr;q=0.9' } })
    assert.equal(page.status, 404, path)
    assert.match(page.text, /Ce lien est inconnu ici\./)
  }
  for (let index = 0; index < failuresPerWindowMax; index++) await site.open('/invitations/x')
  const blocked = await site.open(link, post)
  assert.equal(blocked.status, 429)
  assert.match(blocked.headers.get('retry-after') ?? '', /^\d+$/)
  assert.match(blocked.text, /Wait a minute/)
  site.application.clock.advance(61_000)
  assert.equal((await site.open(link, post)).status, 200)
})

test('CON-J3: mail and pages speak the language of the person, else of the organization', async () => {
  const people = [
    ['ko@acme.example', { preferredLanguage: 'ko-KR' }, /초대되었습니다$/, /오신 것을 환영합니다/],
    ['ja@acme.example', { preferredLanguage: 'de, ja;q=0.8' }, /への招待$/, /へようこそ/],
    ['fr@acme.example', { locale: 'fr-FR' }, /^Invitation à rejoindre/, /Bienvenue chez/],
    ['de@acme.example', { preferredLanguage: 'de' }, /^You are invited/, /Welcome to/],
  ] as const
  for (const [userName, extra, subject, heading] of people) {
    await site.createPerson(userName, extra)
    await site.work()
    assert.match((await site.findMail(userName))?.['subject'] ?? '', subject)
    const page = await site.open(await site.linkTo(userName), { headers: { 'accept-language': 'en' } })
    assert.match(page.text, heading)
  }
  assert.equal((await site.manage('PATCH', '', { settings: { locale: 'ja' } })).status, 200)
  await site.createPerson('nobody@acme.example')
  await site.work()
  assert.match((await site.findMail('nobody@acme.example'))?.['subject'] ?? '', /への招待$/)
  await site.manage('PATCH', '', { settings: {} })
})

test('a suspended person’s link is dead and says so; who comes back without having accepted gets a fresh one', async () => {
  const person = await site.createPerson('back@acme.example')
  await site.work()
  const old = await site.linkTo('back@acme.example')
  await site.scim('PATCH', `/Users/${person.id}`, patchOf({ op: 'replace', path: 'active', value: false }))
  const dead = await site.open(old, post)
  assert.equal(dead.status, 403)
  assert.match(dead.text, /is suspended at the moment/)
  await site.scim('PATCH', `/Users/${person.id}`, patchOf({ op: 'replace', path: 'active', value: true }))
  assert.equal(await site.stateOf('back@acme.example'), 'pending')
  await site.work()
  assert.equal(await site.countMails('back@acme.example'), 2)
  assert.equal((await site.open(old, post)).status, 410)
  assert.equal((await site.open(await site.linkTo('back@acme.example'), post)).status, 200)
  assert.equal(await site.stateOf('back@acme.example'), 'active')
})

test('who is created suspended is not invited before the first activation', async () => {
  const person = await site.createPerson('later@acme.example', { active: false })
  await site.work()
  assert.equal(await site.countMails('later@acme.example'), 0)
  await site.scim('PATCH', `/Users/${person.id}`, patchOf({ op: 'replace', path: 'active', value: true }))
  await site.work()
  assert.equal(await site.countMails('later@acme.example'), 1)
})

test('a deleted person’s link says that the account is gone, and a mail that waited is not sent any more', async () => {
  const person = await site.createPerson('gone@acme.example')
  await site.work()
  const link = await site.linkTo('gone@acme.example')
  await site.scim('DELETE', `/Users/${person.id}`)
  const dead = await site.open(link, post)
  assert.equal(dead.status, 410)
  assert.match(dead.text, /does not exist any more/)
  assert.equal((await site.findMail('gone@acme.example'))?.['state'], 'canceled')
})

test('a new address while pending kills the old link at once and sends a new mail there', async () => {
  const person = await site.createPerson('moves', {
    emails: [{ value: 'old@acme.example', type: 'work', primary: true }],
  })
  await site.work()
  const old = await site.linkTo('old@acme.example')
  const emails = [{ value: 'new@acme.example', type: 'work', primary: true }]
  await site.scim('PATCH', `/Users/${person.id}`, patchOf({ op: 'replace', path: 'emails', value: emails }))
  assert.match((await site.open(old, post)).text, /A newer invitation/)
  await site.work()
  assert.equal((await site.findMail('old@acme.example'))?.['state'], 'canceled')
  assert.equal((await site.open(await site.linkTo('new@acme.example'), post)).status, 200)
  const { rows } = await site.application.database.query<{ address: string }>({
    text: `select address from verified_emails v join users u on u.id = v.user_id where u.user_name_key = 'moves'`,
  })
  assert.deepEqual(rows, [{ address: 'new@acme.example' }])
  // A second address that is not the one that counts sends nothing.
  await site.createPerson('stays', { emails: [{ value: 'main@acme.example', primary: true }] })
  await site.work()
  const { body } = await site.scim('GET', '/Users?filter=userName%20eq%20%22stays%22')
  const more = patchOf({ op: 'add', path: 'emails', value: [{ value: 'other@acme.example', type: 'home' }] })
  await site.scim('PATCH', `/Users/${body.Resources[0]?.id}`, more)
  await site.work()
  assert.equal(await site.countMails('main@acme.example'), 1)
  assert.equal(await site.countMails('other@acme.example'), 0)
})

test('switched off for the organization nobody is invited, and links that are out say so', async () => {
  await site.createPerson('before@acme.example')
  await site.work()
  const link = await site.linkTo('before@acme.example')
  const { id } = await site.findInvitation('before@acme.example')
  await site.manage('PATCH', '', { settings: { invitations: { enabled: false } } })
  const off = await site.open(link, post)
  assert.equal(off.status, 403)
  assert.match(off.text, /has switched invitations off/)
  const refused = await site.manage('POST', `/invitations/${id}/resend`)
  assert.equal(refused.status, 409)
  // Caches of the settings end with the key's.
  await new Promise((settle) => setTimeout(settle, 1_100))
  await site.createPerson('during@acme.example')
  await site.work()
  assert.equal(await site.stateOf('during@acme.example'), 'active')
  assert.equal(await site.countMails('during@acme.example'), 0)
  await site.manage('PATCH', '', { settings: {} })
  assert.equal(await site.stateOf('before@acme.example'), 'active')
  assert.equal((await site.open(link, post)).status, 410, 'nobody waits for it any more')
})

test('who has no address gets no mail; the link can be handed over', async () => {
  await using site = await createInvitationHarness('no-address')
  await site.createPerson('no-address')
  await site.work()
  const invitation = await site.findInvitation('no-address')
  assert.equal(invitation['to'], null)
  const shared = await site.manage('POST', `/invitations/${invitation['id']}/link`)
  const page = await site.open(new URL(shared.body.url).pathname)
  assert.match(page.text, /Please confirm that this invitation is for you/)
})
