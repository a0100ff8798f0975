import assert from 'node:assert/strict'
import { test } from 'node:test'
import { provenMinutes } from '../../src/sign-in/prove.ts'
import { totpCodeOf, totpStepAt } from '../../src/sign-in/totp.ts'
import { wrongCodesMax, wrongCodesMinutes } from '../../src/sign-in/code-attempts.ts'
import { createTestProvisioning, type TestProvisioning } from '../harness/provisioning.ts'
import { createPerson, createVisitor, hiddenField, password, shownCodes, type Visitor } from './visitor.ts'

const minute = 60_000

test('a password alone never lets an administrator in: enrolment comes before anything else, then the code does', async () => {
  await using site = await createTestProvisioning()
  const tenant = await site.createTenant('acme')
  await createPerson(site, tenant, { userName: 'ann@example.com', role: 'admin' })
  const { visitor, secret } = await enrolApp(site, 'ann@example.com')

  await visitor.post({}, '/sign-out')
  const asked = await signIn(visitor, 'ann@example.com')
  assert.equal(asked.path, '/sign-in/second-step?next=%2Faccount%2Ffactors')
  assert.match(asked.html, /Code from your authenticator app/)
  assert.doesNotMatch(asked.html, /Set up/)
  // The half-signed session opens nothing, and cannot make itself a factor.
  assert.match((await visitor.get('/account')).path, /^\/sign-in/)
  assert.match((await visitor.get('/account/factors')).path, /^\/sign-in/)
  const own = await visitor.post({ act: 'confirmTotp', enrolment: 'x', code: '1' }, '/sign-in/second-step')
  assert.match(own.html, /Code from your authenticator app/)

  site.clock.advance(minute)
  const wrong = await visitor.post({ act: 'code', code: '000000' }, asked.path)
  assert.equal(wrong.status, 400)
  assert.match(wrong.html, /This code is not right/)
  const inside = await visitor.post({ act: 'code', code: codeAt(site, secret) }, asked.path)
  assert.equal(inside.path, '/account/factors')
  assert.equal(inside.status, 200)
  assert.deepEqual(await lastSession(site), { method: 'password', factors: ['password', 'totp'], stage: 'full' })
})

test('a code opens once, also in two requests at once; an older one does not open either', async () => {
  await using site = await createTestProvisioning()
  const tenant = await site.createTenant('acme')
  await createPerson(site, tenant, { userName: 'ann@example.com', role: 'admin' })
  const { secret } = await enrolApp(site, 'ann@example.com')
  site.clock.advance(minute)
  const code = codeAt(site, secret)
  const visitors = [createVisitor(site), createVisitor(site), createVisitor(site)]
  for (const visitor of visitors) await signIn(visitor, 'ann@example.com')
  const answers = await Promise.all(visitors.map((visitor) => visitor.post({ act: 'code', code })))
  assert.equal(answers.filter(({ path }) => path === '/account/factors').length, 1)
  assert.equal(answers.filter(({ html }) => html.includes('was used already')).length, 2)
  const late = createVisitor(site)
  await signIn(late, 'ann@example.com')
  assert.equal((await late.post({ act: 'code', code: codeAt(site, secret, -1) })).status, 400)
})

test('codes are throttled by person, whoever sends them; recovery codes and app codes together', async () => {
  await using site = await createTestProvisioning()
  const tenant = await site.createTenant('acme')
  await createPerson(site, tenant, { userName: 'ann@example.com', role: 'admin' })
  const { secret, codes } = await enrolApp(site, 'ann@example.com')
  site.clock.advance(minute)
  const visitor = createVisitor(site)
  await signIn(visitor, 'ann@example.com')
  for (let at = 0; at < wrongCodesMax; at++) {
    const act = at % 2 === 0 ? { act: 'code', code: '000000' } : { act: 'recovery', code: '0000-0000-0000-0000' }
    assert.equal((await visitor.post(act)).status, 400)
  }
  const right = await visitor.post({ act: 'code', code: codeAt(site, secret) })
  assert.equal(right.status, 429)
  assert.equal(right.headers.get('retry-after'), String(wrongCodesMinutes * 60))
  assert.match(right.html, /Try again in 15 minutes/)
  assert.equal((await visitor.post({ act: 'recovery', code: codes[0] ?? '' })).status, 429)
  site.clock.advance(wrongCodesMinutes * minute)
  assert.equal((await visitor.post({ act: 'code', code: codeAt(site, secret) })).path, '/account/factors')
})

test('a recovery code opens once; new codes end the old ones; the person is told', async () => {
  await using site = await createTestProvisioning()
  const tenant = await site.createTenant('acme')
  await createPerson(site, tenant, { userName: 'ann@example.com', role: 'admin' })
  const { codes } = await enrolApp(site, 'ann@example.com')
  assert.equal(codes.length, 10)
  const [first = '', second = ''] = codes
  const visitor = createVisitor(site)
  await signIn(visitor, 'ann@example.com')
  const inside = await visitor.post({ act: 'recovery', code: ` ${first.toUpperCase().replaceAll('-', ' ')} ` })
  assert.equal(inside.path, '/account/factors')
  assert.match(inside.html, /9 of 10 left/)
  const again = createVisitor(site)
  await signIn(again, 'ann@example.com')
  assert.equal((await again.post({ act: 'recovery', code: first })).status, 400)

  const fresh = shownCodes((await visitor.post({ act: 'makeCodes' }, '/account/factors')).html)
  assert.equal(fresh.length, 10)
  assert.doesNotMatch((await visitor.get('/account/factors')).html, new RegExp(fresh[0] ?? 'x'))
  assert.equal((await again.post({ act: 'recovery', code: second })).status, 400, 'an old one')
  assert.equal((await again.post({ act: 'recovery', code: fresh[9] ?? '' })).path, '/account/factors')
  assert.deepEqual(await mailsTo(site), [
    'totpAdded',
    'recoveryCodesMade',
    'recoveryCodeUsed',
    'recoveryCodesMade',
    'recoveryCodeUsed',
  ])
  assert.equal(await countRows(site, "select from recovery_codes where encode(hash, 'escape') ~ $1", fresh[1]), 0)
})

test('nothing of factors lies readable in the database: secrets are sealed, codes hashed', async () => {
  await using site = await createTestProvisioning()
  const tenant = await site.createTenant('acme')
  await createPerson(site, tenant, { userName: 'ann@example.com', role: 'admin' })
  const { secret, codes } = await enrolApp(site, 'ann@example.com')
  const plain = [Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex'), ...codes]
  for (const table of ['one_time_codes', 'recovery_codes', 'changes', 'mails']) {
    const { rows } = await site.database.query<{ text: string }>({ text: `select t::text as text from ${table} t` })
    const dump = rows.map(({ text }) => text).join('\n')
    for (const text of plain) assert.ok(!dump.includes(text), table)
  }
})

test('an app that is set up for one person is not taken for another, nor after half an hour', async () => {
  await using site = await createTestProvisioning()
  const tenant = await site.createTenant('acme')
  await createPerson(site, tenant, { userName: 'ann@example.com', role: 'admin' })
  await createPerson(site, tenant, { userName: 'bob@example.com', role: 'admin' })
  const ann = createVisitor(site)
  const bob = createVisitor(site)
  const page = await signIn(ann, 'ann@example.com')
  await signIn(bob, 'bob@example.com')
  const fields = { act: 'confirmTotp', enrolment: hiddenField(page.html, 'enrolment'), code: '' }
  const code = codeAt(site, secretOf(page.html))
  assert.match((await bob.post({ ...fields, code })).html, /open for too long/)
  // A wrong code shows the same secret again.
  const wrong = await ann.post({ ...fields, code: '123456' })
  assert.equal(hiddenField(wrong.html, 'enrolment'), fields.enrolment)
  site.clock.advance(31 * minute)
  assert.match((await ann.post({ ...fields, code: codeAt(site, secretOf(page.html)) })).html, /open for too long/)
})

test('a person without rights comes in by a password, and is asked for the code once an app is set up', async () => {
  await using site = await createTestProvisioning()
  const tenant = await site.createTenant('acme')
  await createPerson(site, tenant, { userName: 'eve@example.com' })
  const visitor = createVisitor(site)
  assert.equal((await signIn(visitor, 'eve@example.com')).path, '/account/factors')
  const begun = await visitor.post({ act: 'beginTotp' })
  const secret = secretOf(begun.html)
  const fields = { act: 'confirmTotp', enrolment: hiddenField(begun.html, 'enrolment'), code: codeAt(site, secret) }
  assert.match((await visitor.post(fields)).html, /In use since/)
  const asked = await signIn(createVisitor(site), 'eve@example.com')
  assert.match(asked.path, /second-step/)
  // Without rights the last factor may go, and with it the second step.
  assert.match((await visitor.post({ act: 'remove' })).html, /Set up an authenticator app/)
  assert.equal((await signIn(createVisitor(site), 'eve@example.com')).path, '/account/factors')
})

test('whoever has rights keeps one second factor', async () => {
  await using site = await createTestProvisioning()
  const tenant = await site.createTenant('acme')
  await createPerson(site, tenant, { userName: 'ann@example.com', role: 'auditor' })
  const { visitor } = await enrolApp(site, 'ann@example.com')
  await visitor.get('/account/factors')
  const refused = await visitor.post({ act: 'remove' })
  assert.equal(refused.status, 400)
  assert.match(refused.html, /your last second factor/)
  assert.match(refused.html, /In use since/)
})

test('changing factors asks for a confirmation when the last one was a while ago', async () => {
  await using site = await createTestProvisioning()
  const tenant = await site.createTenant('acme')
  await createPerson(site, tenant, { userName: 'ann@example.com', role: 'admin' })
  const { visitor, secret } = await enrolApp(site, 'ann@example.com')
  site.clock.advance(provenMinutes * minute)
  assert.equal((await visitor.get('/account/factors')).path, '/account/factors')
  site.clock.advance(1)
  const before = visitor.cookie()
  const asked = await visitor.post({ act: 'makeCodes' }, '/account/factors')
  assert.equal(asked.path, '/account/confirm?next=%2Faccount%2Ffactors')
  assert.equal(shownCodes(asked.html).length, 0)
  assert.equal((await visitor.post({ act: 'code', code: '000000' })).status, 400)
  assert.equal((await visitor.post({ act: 'code', code: codeAt(site, secret) })).path, '/account/factors')
  assert.notEqual(visitor.cookie(), before, 'the secret of the session changes')
  const away = await visitor.get('/account/confirm?next=https%3A%2F%2Fevil.example')
  assert.doesNotMatch(away.html, /evil/)
})

test('forms of other sites do nothing', async () => {
  await using site = await createTestProvisioning()
  const tenant = await site.createTenant('acme')
  await createPerson(site, tenant, { userName: 'ann@example.com', role: 'admin' })
  const { visitor } = await enrolApp(site, 'ann@example.com')
  for (const path of ['/account/factors', '/account/confirm', '/o/acme/sign-in/recovery', '/o/acme/sign-in/passkey']) {
    const response = await site.fetch(path, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        cookie: `__Host-rollcall_session=${visitor.cookie()}`,
        'content-type': 'application/x-www-form-urlencoded',
        'sec-fetch-site': 'cross-site',
      },
      body: 'act=makeCodes',
    })
    assert.equal(response.status, 403, path)
  }
})

/** Signs in for the first time, sets up an app, and stands on the page with the recovery codes. */
async function enrolApp(
  site: TestProvisioning,
  userName: string,
): Promise<{ readonly visitor: Visitor; readonly secret: Uint8Array; readonly codes: readonly string[] }> {
  const visitor = createVisitor(site)
  const page = await signIn(visitor, userName)
  assert.match(page.path, /^\/sign-in\/second-step/)
  assert.match(page.html, /Protect your account/)
  const secret = secretOf(page.html)
  const enrolment = hiddenField(page.html, 'enrolment')
  const done = await visitor.post({ act: 'confirmTotp', enrolment, code: codeAt(site, secret) })
  assert.equal(done.status, 200, done.html)
  return { visitor, secret, codes: shownCodes(done.html) }
}

function signIn(visitor: Visitor, name: string) {
  return visitor.post({ name, password, next: '/account/factors' }, '/o/acme/sign-in')
}

function codeAt({ clock }: TestProvisioning, secret: Uint8Array, steps = 0): string {
  return totpCodeOf(secret, totpStepAt(clock()) + steps)
}

/** The key that the page shows for typing. */
function secretOf(html: string): Uint8Array {
  const text = (/<pre>([A-Z2-7 \n]+)<\/pre>/.exec(html)?.[1] ?? '').replaceAll(/\s/g, '')
  const bits = [...text].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('')
  return Uint8Array.from(bits.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2))
}

async function lastSession({ database }: TestProvisioning) {
  const { rows } = await database.query<{ method: string; factors: readonly string[]; stage: string }>({
    text: 'select method, factors, stage from sessions order by proved_at desc, id desc limit 1',
  })
  return rows[0]
}

async function mailsTo({ database }: TestProvisioning): Promise<readonly string[]> {
  const { rows } = await database.query<{ template: string }>({
    text: `select template from mails where template <> 'invitation' order by id`,
  })
  return rows.map(({ template }) => template)
}

async function countRows({ database }: TestProvisioning, text: string, value: unknown): Promise<number> {
  return (await database.query({ text }, [value])).rowCount
}
