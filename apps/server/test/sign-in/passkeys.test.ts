import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonObject } from '@rollcall/scim'
import { updateOrganization } from '../../src/access/organizations.ts'
import { challengeMinutes } from '../../src/sign-in/challenges.ts'
import { passkeysOfPersonMax } from '../../src/sign-in/passkeys.ts'
import { testUrl } from '../harness/application.ts'
import { createTestProvisioning, type TestProvisioning, type TestTenant } from '../harness/provisioning.ts'
import { createSoftwareKey, type Lies, type SoftwareKey } from './software-key.ts'
import { createPerson, createVisitor, passkeyOptions, password, shownCodes, type Visitor } from './visitor.ts'

const minute = 60_000
const site = { origin: testUrl, rpId: new URL(testUrl).hostname }

test('a passkey signs in by itself: no name, no password, no second step', async () => {
  await using server = await createServerWith('acme')
  const { key } = await enrolPasskey(server, 'ann@example.com')
  const visitor = createVisitor(server)
  const page = await visitor.get('/o/acme/sign-in')
  assert.match(page.html, /href="[^"]*\/o\/acme\/sign-in\/passkey/)
  const inside = await signIn(visitor, key)
  assert.equal(inside.status, 200)
  assert.equal(inside.path, '/console/acme')
  assert.deepEqual(await lastSession(server), { method: 'passkey', factors: ['passkey'], stage: 'full' })
})

test('what a passkey must not do is refused with one message, and the reason is written down', async () => {
  await using server = await createServerWith('acme')
  const { key } = await enrolPasskey(server, 'ann@example.com')
  const lies: readonly (readonly [Lies, string])[] = [
    [{ origin: 'https://rollcall.evil.example' }, 'passkey.wrong'],
    [{ origin: 'http://rollcall.test' }, 'passkey.wrong'],
    [{ rpId: 'evil.example' }, 'passkey.wrong'],
    [{ isUserVerified: false }, 'passkey.wrong'],
    [{ counter: 1 }, 'passkey.wrong'],
    [{ userHandle: Buffer.alloc(32).toString('base64url') }, 'passkey.wrong'],
  ]
  for (const [lie, code] of lies) {
    const answer = await signIn(createVisitor(server), key, lie)
    assert.equal(answer.status, 400, JSON.stringify(lie))
    assert.match(answer.html, /The passkey was not accepted/)
    assert.equal(await lastFailure(server), code)
  }
  const stranger = createSoftwareKey(site)
  assert.equal((await signIn(createVisitor(server), stranger)).status, 400)
  assert.equal(await lastFailure(server), 'passkey.unknown')
  for (const junk of ['', '{}', '[]', 'null', '{"id":1}', 'x'.repeat(100_000)]) {
    const answer = await createVisitor(server).post({ act: 'passkey', answer: junk }, '/o/acme/sign-in/passkey')
    assert.equal(answer.status, 400)
  }
  assert.equal((await signIn(createVisitor(server), key)).status, 200, 'the sound answer still opens')
})

test('an answer is taken once, in time, and only for what was asked', async () => {
  await using server = await createServerWith('acme', 'other')
  const { key } = await enrolPasskey(server, 'ann@example.com')
  const visitor = createVisitor(server)
  const { get } = passkeyOptions((await visitor.get('/o/acme/sign-in/passkey')).html)
  const answer = key.get(get)
  const send = (to = '/o/acme/sign-in/passkey') => createVisitor(server).post({ act: 'passkey', answer }, to)
  const elsewhere = await send('/o/other/sign-in/passkey')
  assert.equal(elsewhere.status, 400)
  assert.equal(await lastFailure(server), 'passkey.unanswerable')
  const twice = await Promise.all([send(), send()])
  assert.deepEqual(twice.map(({ status }) => status).sort(), [200, 400], 'of two at once one opens')
  assert.equal((await send()).status, 400)

  const late = passkeyOptions((await visitor.get('/o/acme/sign-in/passkey')).html).get
  server.clock.advance(challengeMinutes * minute)
  assert.equal((await visitor.post({ act: 'passkey', answer: key.get(late) })).status, 400)
  assert.equal(await lastFailure(server), 'passkey.unanswerable')
  // The second step asks by itself: an answer for the door does not open it, and that of one session no other.
  const doors = passkeyOptions((await visitor.get('/o/acme/sign-in/passkey')).html).get
  const half = createVisitor(server)
  const step = await half.post({ name: 'ann@example.com', password }, '/o/acme/sign-in')
  assert.match(step.path, /second-step/)
  assert.equal((await half.post({ act: 'passkey', answer: key.get(doors) })).status, 400)
  const other = createVisitor(server)
  const { html } = await other.post({ name: 'ann@example.com', password }, '/o/acme/sign-in')
  assert.equal((await half.post({ act: 'passkey', answer: key.get(passkeyOptions(html).get) })).status, 400)
  assert.equal(
    (await half.post({ act: 'passkey', answer: key.get(passkeyOptions(step.html).get) })).path,
    '/console/acme',
  )
})

test('a passkey of another organization opens nothing here, nor does one of another person at the second step', async () => {
  await using server = await createServerWith('acme', 'other')
  const { key } = await enrolPasskey(server, 'ann@example.com', 'other')
  const refused = await signIn(createVisitor(server), key)
  assert.equal(refused.status, 400)
  assert.equal(await lastFailure(server), 'passkey.unknown')
  const { key: anns } = await enrolPasskey(server, 'ann@example.com')
  const { key: bobs } = await enrolPasskey(server, 'bob@example.com')
  const half = createVisitor(server)
  const step = await half.post({ name: 'ann@example.com', password }, '/o/acme/sign-in')
  const { get } = passkeyOptions(step.html)
  assert.deepEqual(
    get.allowCredentials.map(({ id }: { id: string }) => id),
    [anns.credentialId],
  )
  assert.equal((await half.post({ act: 'passkey', answer: bobs.get(get) })).status, 400)
  assert.equal(await lastFailure(server), 'passkey.wrong')
})

test('a registration must come from the device that was asked: site, verification, session; none with certificates is read', async () => {
  await using server = await createServerWith('acme')
  const { visitor } = await enrolPasskey(server, 'ann@example.com')
  const add = async (lies: Lies) => {
    const { create } = passkeyOptions((await visitor.get('/account/factors')).html)
    return visitor.post({ act: 'addPasskey', name: 'Key', answer: createSoftwareKey(site).create(create, lies) })
  }
  for (const lie of [
    { origin: 'https://rollcall.evil.example' },
    { rpId: 'evil.example' },
    { isUserVerified: false },
    { attestation: 'packed' },
  ] as const) {
    const answer = await add(lie)
    assert.equal(answer.status, 400, JSON.stringify(lie))
    assert.match(answer.html, /The passkey was not accepted/)
  }
  const { create } = passkeyOptions((await visitor.get('/account/factors')).html)
  const answer = createSoftwareKey(site).create(create)
  assert.equal((await visitor.post({ act: 'addPasskey', name: 'Key', answer })).path, '/account/factors')
  assert.equal((await visitor.post({ act: 'addPasskey', name: 'Key', answer })).status, 400, 'the challenge is used up')
})

test('passkeys have names and an end; the list says which are stranded at another address', async () => {
  await using server = await createServerWith('acme')
  const { visitor, key } = await enrolPasskey(server, 'ann@example.com')
  const second = createSoftwareKey(site)
  const page = await visitor.get('/account/factors')
  const { create } = passkeyOptions(page.html)
  assert.deepEqual(
    create.excludeCredentials.map(({ id }: { id: string }) => id),
    [key.credentialId],
  )
  await visitor.post({ act: 'addPasskey', name: ' Blue key ', answer: second.create(create) })
  const [first = '', blue = ''] = [...new Set((await visitor.get('/account/factors')).html.match(/psk_\w{26}/g))]
  assert.match((await visitor.post({ act: 'rename', id: blue, name: 'Red <b>' })).html, /Red &#60;b&#62;/)
  assert.equal((await visitor.post({ act: 'rename', id: blue, name: ' ' })).status, 400)
  await visitor.get('/account/factors')
  assert.doesNotMatch((await visitor.post({ act: 'remove', id: blue })).html, /Red/)
  assert.equal((await signIn(createVisitor(server), second)).status, 400)
  assert.equal((await visitor.post({ act: 'remove', id: first })).status, 400, 'the last one of an administrator')
  await server.database.query({ text: `update passkeys set rp_id = 'old.example'` })
  assert.match((await visitor.get('/account/factors')).html, /Made for old\.example/)
  const half = createVisitor(server)
  const stuck = await half.post({ name: 'ann@example.com', password }, '/o/acme/sign-in')
  assert.match(stuck.html, /Use a recovery code/)
  assert.doesNotMatch(stuck.html, /Protect your account/)
  const actions = await changesOf(server)
  assert.deepEqual(actions, ['factor.added', 'factor.added', 'factor.added', 'factor.renamed', 'factor.removed'])
})

test('a person has 20 passkeys at most', async () => {
  await using server = await createServerWith('acme')
  const { visitor } = await enrolPasskey(server, 'ann@example.com')
  for (let count = 1; count <= passkeysOfPersonMax; count++) {
    const { create } = passkeyOptions((await visitor.get('/account/factors')).html)
    const answer = createSoftwareKey(site).create(create)
    const { status } = await visitor.post({ act: 'addPasskey', name: `Key ${count}`, answer })
    assert.equal(status, count < passkeysOfPersonMax ? 200 : 400)
  }
})

test('CON-G7: an owner comes in by recovery code or local passkey when single sign-on is enforced and broken', async () => {
  await using server = await createServerWith('acme')
  const { key, codes } = await enrolPasskey(server, 'ann@example.com', 'acme', 'owner')
  const bob = await enrolPasskey(server, 'bob@example.com', 'acme', 'admin')
  await addBrokenProvider(server)
  await setSignIn(server, { methods: { password: false, passkey: false, saml: true, oidc: false } })

  assert.equal((await createVisitor(server).post({ name: 'ann@example.com', password }, '/o/acme/sign-in')).status, 403)
  assert.equal((await signIn(createVisitor(server), key)).path, '/console/acme')
  assert.match((await signIn(createVisitor(server), bob.key)).html, /switched off/)

  const emergency = (name: string, code: string) =>
    createVisitor(server).post({ name, code }, '/o/acme/sign-in/recovery')
  const door = await createVisitor(server).get('/o/acme/sign-in')
  assert.match(door.html, /href="https:\/\/rollcall\.test\/o\/acme\/sign-in\/recovery">Emergency access/)
  const page = await createVisitor(server).get('/o/acme/sign-in/recovery')
  assert.match(page.html, /Emergency access for owners/)
  const [first = '', second = ''] = codes
  const inside = await emergency('Ann@Example.com', first)
  assert.equal(inside.path, '/console/acme')
  assert.deepEqual(await lastSession(server), { method: 'recoveryCode', factors: ['recoveryCode'], stage: 'full' })
  const last = (await mails(server)).at(-1)
  assert.deepEqual(last, { template: 'recoveryCodeUsed', recipient: 'ann@example.com' })

  const refused = await emergency('ann@example.com', first)
  assert.match(refused.html, /User name or code is wrong/)
  const nobody = await emergency('nobody@example.com', second)
  const noOwner = await emergency('bob@example.com', bob.codes[0] ?? '')
  const plain = (html: string) => html.replaceAll(/value="[^"]*"/g, '')
  assert.equal(plain(nobody.html), plain(refused.html), 'nobody learns who is there')
  assert.equal(plain(noOwner.html), plain(refused.html))
  assert.equal(await lastFailure(server), 'notOwner')
  const { rows } = await server.database.query<{ used: number }>({
    text: 'select count(*) as used from recovery_codes where used_at is not null',
  })
  assert.equal(rows[0]?.used, 1, 'whoever may not come in uses no code up')

  await setSignIn(server, { isLockedDown: true })
  assert.equal((await emergency('ann@example.com', second)).path, '/console/acme', 'a lockdown lets owners in')
})

test('attempts to come in are throttled by address; whoever knows an owner’s name cannot lock the owner out', async () => {
  await using server = await createServerWith('acme')
  const { key, codes } = await enrolPasskey(server, 'ann@example.com', 'acme', 'owner')
  const send = (code: string) =>
    createVisitor(server).post({ name: 'ann@example.com', code }, '/o/acme/sign-in/recovery')
  for (let at = 0; at < 30; at++) assert.equal((await send('0000-0000-0000-0000')).status, 400)
  const half = createVisitor(server)
  await half.post({ name: 'ann@example.com', password }, '/o/acme/sign-in')
  assert.equal((await half.post({ act: 'recovery', code: codes[1] ?? '' })).path, '/console/acme')
  for (let at = 0; at < 30; at++)
    assert.equal((await signIn(createVisitor(server), createSoftwareKey(site))).status, 400)
  const late = await send(codes[0] ?? '')
  assert.equal(late.status, 429)
  assert.equal(late.headers.get('retry-after'), String(15 * 60))
  const refused = await signIn(createVisitor(server), key)
  assert.equal(refused.status, 429)
  assert.match(refused.html, /Try again in 15 minutes/)
  server.clock.advance(15 * minute)
  assert.equal((await send(codes[0] ?? '')).path, '/console/acme')
})

test('AC-D32: the last method that is on cannot be switched off, be it the passkey', async () => {
  await using server = await createServerWith('acme')
  await addBrokenProvider(server)
  await setSignIn(server, { methods: { password: false, saml: false, oidc: false } })
  await assert.rejects(
    setSignIn(server, { methods: { password: false, passkey: false, saml: false, oidc: false } }),
    /must leave one on: password, passkey, saml, oidc/,
  )
  const page = await createVisitor(server).get('/o/acme/sign-in')
  assert.match(page.html, /\/o\/acme\/sign-in\/passkey/)
})

test('pages speak four languages, and the policy of each names its script', async () => {
  await using server = await createServerWith('acme')
  const headings = new Set<string>()
  for (const language of ['en', 'ko', 'ja', 'fr']) {
    const visitor = createVisitor(server, { language })
    for (const path of ['/o/acme/sign-in/passkey', '/o/acme/sign-in/recovery']) {
      const { html, headers } = await visitor.get(path)
      assert.match(html, new RegExp(`<html lang="${language}">`))
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'.*script-src 'sha256-/)
      headings.add(/<h1>(.*)<\/h1>/.exec(html)?.[1] ?? '')
    }
  }
  assert.equal(headings.size, 8)
})

type Server = TestProvisioning & { readonly tenants: ReadonlyMap<string, TestTenant> }

async function createServerWith(...slugs: readonly string[]): Promise<Server> {
  const provisioning = await createTestProvisioning()
  const tenants = new Map<string, TestTenant>()
  for (const slug of slugs) tenants.set(slug, await provisioning.createTenant(slug))
  return { ...provisioning, tenants }
}

/** A person who has signed in once and set up a passkey. */
async function enrolPasskey(
  server: Server,
  userName: string,
  slug = 'acme',
  role = 'admin',
): Promise<{ readonly visitor: Visitor; readonly key: SoftwareKey; readonly codes: readonly string[] }> {
  const tenant = server.tenants.get(slug)
  assert.ok(tenant !== undefined)
  await createPerson(server, tenant, { userName, role })
  const visitor = createVisitor(server)
  const page = await visitor.post({ name: userName, password }, `/o/${slug}/sign-in`)
  const key = createSoftwareKey(site)
  const answer = key.create(passkeyOptions(page.html).create)
  const done = await visitor.post({ act: 'addPasskey', name: 'Telephone', answer })
  assert.equal(done.status, 200, done.html)
  return { visitor, key, codes: shownCodes(done.html) }
}

async function signIn(visitor: Visitor, key: SoftwareKey, lies: Lies = {}) {
  const page = await visitor.get('/o/acme/sign-in/passkey')
  return visitor.post({ act: 'passkey', answer: key.get(passkeyOptions(page.html).get, lies) })
}

async function setSignIn(server: Server, signInSettings: JsonObject): Promise<void> {
  const id = server.tenants.get('acme')?.organization.id ?? ''
  await updateOrganization(server.database, server.call(), {
    organizationId: id,
    command: { settings: { signIn: signInSettings } },
  })
}

/** One that is on and answers nobody. */
async function addBrokenProvider({ database, clock, tenants }: Server): Promise<void> {
  await database.query(
    {
      text: `insert into identity_providers (organization_id, id, type, name, created_by, created_at, updated_at)
        values ($1, gen_random_uuid(), 'saml', 'Broken', 'test', $2, $2)`,
    },
    [tenants.get('acme')?.organization.id, clock()],
  )
}

async function lastSession({ database }: Server) {
  const { rows } = await database.query({
    text: 'select method, factors, stage from sessions order by started_at desc, id desc limit 1',
  })
  return rows[0]
}

async function lastFailure({ database }: Server): Promise<string | undefined> {
  const { rows } = await database.query<{ code: string }>({
    text: `select data ->> 'code' as code from changes where action = 'user.sign_in_failed' order by position desc limit 1`,
  })
  return rows[0]?.code
}

async function changesOf({ database }: Server): Promise<readonly string[]> {
  const { rows } = await database.query<{ action: string }>({
    text: `select action from changes where subject_kind = 'factor' order by position`,
  })
  return rows.map(({ action }) => action)
}

async function mails({ database }: Server) {
  const { rows } = await database.query({
    text: `select template, recipient from mails where template <> 'invitation' order by id`,
  })
  return rows
}
