import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { after, before, test } from 'node:test'
import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import type { SMTPServerOptions } from 'smtp-server'
import { checkMailServer } from '../../src/instance/check-mail.ts'
import { configOf } from '../../src/config.ts'
import { insertMail, type MailTemplate } from '../../src/db/queries/mails.ts'
import { deliverMails } from '../../src/deliver-mails.ts'
import { mailAgeMaxMs } from '../../src/mail/send-mails.ts'
import { isMailAddress } from '../../src/access/mail-address.ts'
import { trimMails } from '../../src/mail/outbox.ts'
import { renderMail } from '../../src/mail/render.ts'
import { createMailTransport } from '../../src/mail/transport.ts'
import { createId, formatTypeId } from '../../src/type-id.ts'
import { createMailbox, mailCaFile, type Mailbox } from '../harness/mailbox.ts'
import { createAdminHarness, type AdminHarness } from '../admin/admin-harness.ts'
import type { TestApplication } from '../harness/application.ts'

let harness: AdminHarness
let server: TestApplication
let organizationId: string
before(async () => {
  harness = await createAdminHarness()
  server = harness.application
  await harness.createOrganization('acme')
  const { rows } = await server.database.query<{ id: string }>({ text: 'select id from organizations' })
  organizationId = rows[0]?.id ?? ''
})
after(() => harness[Symbol.asyncDispose]())

test('CON-J1: a mail goes by STARTTLS or implicit TLS with user and password, by URL or by separate variables', async () => {
  const accept: SMTPServerOptions = {
    authOptional: false,
    onAuth: ({ username, password }, _session, callback) => {
      if (username === 'rollcall@x' && password === 'p@ss word') callback(null, { user: username })
      else callback(new Error('Invalid username or password'))
    },
  }
  await using starttls = await createMailbox(accept)
  await using implicit = await createMailbox({ ...accept, secure: true })
  const credentials = 'rollcall%40x:p%40ss%20word'
  const separate = { SMTP_HOST: 'localhost', SMTP_USER: 'rollcall@x', SMTP_PASSWORD: 'p@ss word' }
  const ways: readonly (readonly [Mailbox, Record<string, string>])[] = [
    [starttls, { SMTP_URL: `smtp://${credentials}@localhost:${starttls.port}?tls=required` }],
    [implicit, { SMTP_URL: `smtps://${credentials}@localhost:${implicit.port}` }],
    [starttls, { ...separate, SMTP_PORT: String(starttls.port), SMTP_TLS: 'required' }],
    [implicit, { ...separate, SMTP_PORT: String(implicit.port), SMTP_TLS: 'implicit' }],
  ]
  for (const [mailbox, settings] of ways) {
    const id = await queue()
    await deliver({ ...settings, SMTP_CA: mailCaFile, MAIL_FROM: 'people@acme.example' })
    const mail = mailbox.received.pop()
    assert.ok(mail !== undefined, JSON.stringify(await find(id)))
    assert.deepEqual(
      [mail.wasEncrypted, mail.user, mail.from, mail.to],
      [true, 'rollcall@x', 'people@acme.example', ['ada@acme.example']],
    )
    assert.equal((await find(id)).state, 'sent')
  }
})

test('CON-J1: STARTTLS is demanded unless the URL names the opt-out, and a wrong certificate is not believed', async () => {
  await using plain = await createMailbox({ disabledCommands: ['STARTTLS'] })
  await using encrypted = await createMailbox()
  const refused = await queue()
  await deliver({ SMTP_URL: `smtp://localhost:${plain.port}?tls=required` })
  assert.equal(plain.received.length, 0)
  assert.match((await find(refused)).lastError ?? '', /STARTTLS/)
  // The certificate is known to nobody.
  await makeDue()
  await deliver({ SMTP_URL: `smtp://localhost:${encrypted.port}?tls=required` })
  assert.equal(encrypted.received.length, 0)
  assert.match((await find(refused)).lastError ?? '', /certificate/i)
  for (const tls of ['optional', 'none']) {
    await makeDue()
    await deliver({ SMTP_URL: `smtp://localhost:${plain.port}?tls=${tls}` })
    assert.equal(plain.received.length, 1, tls)
    plain.received.length = 0
    await queue()
  }
  await deliver({ SMTP_URL: `smtp://localhost:${encrypted.port}?tls=optional` })
  assert.equal(encrypted.received[0]?.wasEncrypted, true)
})

test('CON-J3: a mail has text and HTML, loads nothing, says that no person wrote it, and has an id of our host', async () => {
  await using mailbox = await createMailbox()
  const id = await queue()
  await deliver({ SMTP_URL: `smtp://127.0.0.1:${mailbox.port}` })
  const mail = mailbox.received[0]
  assert.ok(mail !== undefined)
  assert.equal(mail.headers.get('auto-submitted'), 'auto-generated')
  assert.equal(mail.headers.get('message-id'), `<${formatTypeId('mail', id)}@rollcall.test>`)
  assert.equal(mail.headers.get('from'), 'Rollcall <rollcall@rollcall.test>')
  assert.equal(mail.headers.get('to'), 'ada@acme.example')
  assert.equal(mail.headers.get('subject'), 'Test mail from Rollcall')
  assert.match(mail.headers.get('content-type') ?? '', /^multipart\/alternative/)
  assert.match(mail.text, /^Mail works\n\nThis is a test mail for acme\./)
  assert.match(mail.html, /<h1[^>]*>Mail works<\/h1>/)
  assert.match(mail.html, /color-scheme/)
  assert.doesNotMatch(mail.html, /<img|<link|<script|url\(|src=|@import/i)
})

test('a mail that the server puts off is tried later, one that it refuses is given up, and can be tried again', async () => {
  await using mailbox = await createMailbox()
  const settings = { SMTP_URL: `smtp://127.0.0.1:${mailbox.port}` }
  const id = await queue()
  mailbox.refusals.push(451)
  await deliver(settings)
  const later = await find(id)
  assert.deepEqual([later.state, later.attempts], ['waiting', 1])
  assert.match(later.lastError ?? '', /Not today/)
  const waitMs = later.dueAt.getTime() - server.clock().getTime()
  assert.ok(waitMs >= 45_000 && waitMs <= 75_000, String(waitMs))
  await deliver(settings)
  assert.equal(mailbox.received.length, 0)
  server.clock.advance(80_000)
  mailbox.refusals.push(550)
  await deliver(settings)
  assert.deepEqual([(await find(id)).state, (await find(id)).attempts], ['failed', 2])
  const again = await admin('POST', `/mails/${formatTypeId('mail', id)}/retry`)
  assert.equal(again.status, 200)
  await deliver(settings)
  assert.equal((await find(id)).state, 'sent')
  assert.equal(mailbox.received.length, 1)
  assert.equal((await admin('POST', `/mails/${formatTypeId('mail', id)}/retry`)).status, 409)
})

test('a mail is put off eight times at most', async () => {
  await using mailbox = await createMailbox()
  const id = await queue()
  for (let attempt = 1; attempt <= 8; attempt++) {
    mailbox.refusals.push(451)
    await makeDue()
    await deliver({ SMTP_URL: `smtp://127.0.0.1:${mailbox.port}` })
    const { state, attempts } = await find(id)
    assert.deepEqual([state, attempts], [attempt === 8 ? 'failed' : 'waiting', attempt])
  }
})

test('while the server cannot be reached or refuses the password mails wait uncounted, for three days', async () => {
  const ids = [await queue(), await queue(), await queue(), await queue(), await queue()]
  await using closed = await createMailbox({
    authOptional: false,
    onAuth: (_a, _s, callback) => callback(new Error('No')),
  })
  for (const url of ['smtp://127.0.0.1:9', `smtp://a:b@127.0.0.1:${closed.port}`]) {
    await makeDue()
    await deliver({ SMTP_URL: url })
    for (const id of ids) {
      const { state, attempts } = await find(id)
      assert.deepEqual([state, attempts], ['waiting', 0])
    }
  }
  assert.ok((await Promise.all(ids.map(find))).some(({ lastError }) => lastError !== null))
  server.clock.advance(mailAgeMaxMs + 1)
  await using mailbox = await createMailbox()
  await deliver({ SMTP_URL: `smtp://127.0.0.1:${mailbox.port}` })
  assert.equal(mailbox.received.length, 0)
  for (const id of ids) assert.equal((await find(id)).state, 'failed')
})

test('a server that says nothing is given up', async () => {
  const mute = createServer(() => {}).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const address = mute.address()
  assert.ok(typeof address === 'object' && address !== null)
  const place = {
    host: '127.0.0.1',
    port: address.port,
    user: undefined,
    password: undefined,
    tls: 'none',
    caFile: undefined,
  } as const
  const transport = createMailTransport(place, { connectTimeoutMs: 100 })
  const outcome = await transport.send({ ...sample, to: 'ada@acme.example' })
  assert.equal(outcome.kind, 'unreachable')
  transport.close()
  mute.close()
})

test('CON-J5: whatever stands in names and addresses, a mail has one recipient and no header that we did not write', async () => {
  await using mailbox = await createMailbox()
  const place = {
    host: '127.0.0.1',
    port: mailbox.port,
    user: undefined,
    password: undefined,
    tls: 'none',
    caFile: undefined,
  } as const
  const transport = createMailTransport(place)
  const expected = new Set(['from', 'to', 'subject', 'message-id', 'date', 'mime-version', 'content-type'])
  for (const name of ['auto-submitted', 'x-auto-response-suppress', 'content-language']) expected.add(name)
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      ...['a@b.example\r\nBcc: eve@evil.example', 'a@b.example, eve@evil.example', '"a@b.example" <eve@evil.example>'],
      ...[
        'a@b.example;eve@evil.example',
        'a@b.example\n\nbody',
        'a@b.example>',
        'a@[127.0.0.1]',
        'eve@evil.example(a@b.example)',
      ],
      ...[
        '"eve@evil.example x"@b.example',
        'a@b@c.example',
        'group: a@b.example, c@d.example;',
        'a@b.example\u0000',
        'xn--@b.example',
      ],
    ),
    fc.emailAddress(),
  )
  let sent = 0
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, async (to, organizationName, value) => {
      const words = renderMail({
        template: 'keyCreated',
        locale: 'en',
        organizationName,
        data: { serviceAccount: value, key: to },
      })
      assert.doesNotMatch(words.subject, /[\r\n]/)
      mailbox.received.length = 0
      const outcome = await transport.send({ ...sample, ...words, to })
      if (!isMailAddress(to)) assert.deepEqual([outcome.kind, mailbox.received.length], ['refused', 0])
      sent += mailbox.received.length
      for (const mail of mailbox.received) {
        assert.deepEqual(
          mail.to.map((address) => address.toLowerCase()),
          [domainToAsciiAddress(to).toLowerCase()],
        )
        assert.deepEqual(
          [...mail.headers.keys()].filter((name) => !expected.has(name)),
          [],
        )
      }
    }),
    { numRuns: 300 },
  )
  assert.ok(sent > 20, String(sent))
  transport.close()
})

test('CON-J5: an address is one bare address', () => {
  for (const good of [
    'ada@acme.example',
    "o'neil+tag@sub.acme.example",
    'x@localhost',
    '홍길동@예시.example',
    'é@acme.example',
  ])
    assert.equal(isMailAddress(good), true, good)
  const bad = [
    '',
    '@',
    'ada',
    'ada@',
    '@acme.example',
    'a b@acme.example',
    'a@b@c',
    '<a@b.example>',
    'a@b.example ',
    '.a@b.example',
  ]
  for (const text of [
    ...bad,
    'a..b@c.example',
    'a@-b.example',
    'a@b..example',
    `${'a'.repeat(65)}@b.example`,
    `a@${'b'.repeat(64)}.example`,
  ])
    assert.equal(isMailAddress(text), false, text)
})

test('five workers at once send each of 60 mails once', async () => {
  await using mailbox = await createMailbox()
  const settings = { SMTP_URL: `smtp://127.0.0.1:${mailbox.port}?tls=none` }
  await deliver(settings)
  mailbox.received.length = 0
  for (let index = 0; index < 60; index++) await queue()
  await Promise.all(Array.from({ length: 5 }, () => deliver(settings)))
  assert.equal(mailbox.received.length, 60)
  assert.equal(new Set(mailbox.received.map(({ headers }) => headers.get('message-id'))).size, 60)
})

test('a worker that died after the server took a mail causes one duplicate at most, with the same Message-ID', async () => {
  await using mailbox = await createMailbox()
  const settings = { SMTP_URL: `smtp://127.0.0.1:${mailbox.port}?tls=none` }
  const id = await queue()
  await deliver(settings)
  // As it stood before the outcome was written.
  await server.database.query(
    { text: `update mails set state = 'waiting', sent_at = null, due_at = $2 where id = $1` },
    [id, new Date(server.clock().getTime() + 300_000)],
  )
  await deliver(settings)
  assert.equal(mailbox.received.length, 1)
  server.clock.advance(300_001)
  await deliver(settings)
  await deliver(settings)
  const ids = mailbox.received.map(({ headers }) => headers.get('message-id'))
  assert.equal(ids.length, 2)
  assert.equal(new Set(ids).size, 1)
})

test('without a mail server every mail stands in the outbox, newest first, as it would be sent', async () => {
  const id = await queue({
    template: 'keyRevoked',
    locale: 'fr',
    data: { serviceAccount: 'Robot', key: 'okta', hint: 'rc_scm_…abcd' },
  })
  await deliver({})
  const { body } = await admin('GET', '/mails?state=waiting&limit=1')
  assert.equal(body.data[0].id, formatTypeId('mail', id))
  assert.equal(body.data[0].subject, 'Une clé de Robot a été révoquée')
  assert.match(body.data[0].text, /Clé : okta \(rc_scm_…abcd\)/)
  assert.doesNotMatch(body.data[0].text, /Révoquée par/)
  const shown = await admin('GET', `/mails/${formatTypeId('mail', id)}`)
  assert.match(shown.body.html, /Tout ce qui l’utilise encore/)
})

const sample = {
  from: 'rollcall@acme.example',
  messageId: '<mail@rollcall.test>',
  date: new Date('2026-11-21T09:00:00.000Z'),
  language: 'en',
  subject: 'Subject',
  text: 'Text',
  html: '<p>Text</p>',
}

function domainToAsciiAddress(address: string): string {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`
}

test('mails are forgotten after 90 days, whatever became of them', async () => {
  const old = await queue()
  server.clock.advance(91 * 86_400_000)
  const fresh = await queue()
  await trimMails(server.database, server.clock())
  assert.equal((await find(fresh)).state, 'waiting')
  const { rows } = await server.database.query({ text: 'select from mails where id = $1' }, [old])
  assert.equal(rows.length, 0)
})

test('CON-J1: the doctor speaks to the mail server as for a mail and says what is wrong', async () => {
  await using mailbox = await createMailbox()
  const good = await checkMailServer(configOf({ SMTP_URL: `smtp://localhost:${mailbox.port}` }))
  assert.deepEqual([good.status, mailbox.received.length], ['ok', 0])
  const untrusted = await checkMailServer(configOf({ SMTP_URL: `smtp://localhost:${mailbox.port}?tls=required` }))
  assert.deepEqual([untrusted.status, /certificate/.test(untrusted.detail)], ['failed', true])
  assert.equal((await checkMailServer(configOf({}))).status, 'ok')
  const noFile = { SMTP_URL: `smtp://localhost:${mailbox.port}`, SMTP_CA: '/nonexistent/ca.pem' }
  assert.match((await checkMailServer(configOf(noFile))).detail, /ENOENT/)
})

/** Puts a mail into the outbox. */
async function queue(
  mail: { readonly template?: MailTemplate; readonly locale?: string; readonly data?: Record<string, string> } = {},
): Promise<string> {
  const id = createId()
  await insertMail(server.database, {
    organizationId,
    id,
    template: mail.template ?? 'test',
    recipient: 'ada@acme.example',
    locale: mail.locale ?? 'en',
    data: mail.data ?? {},
    at: server.clock(),
  })
  return id
}

/** One turn of a worker that has these settings. */
async function deliver(settings: Readonly<Record<string, string>>): Promise<void> {
  await deliverMails({ ...server.application.parts, ...configured(settings) }, new AbortController().signal)
}

function configured(settings: Readonly<Record<string, string>>) {
  const { config } = server.application.parts
  const { smtp, smtpCa, mailFrom } = configOf(settings)
  return { config: { ...config, smtp, smtpCa, mailFrom } }
}

async function makeDue(): Promise<void> {
  await server.database.query({ text: `update mails set due_at = $1 where state = 'waiting'` }, [server.clock()])
}

function admin(method: string, path: string) {
  return harness.send(method, `/api/v1/organizations/acme${path}`)
}

type Row = {
  readonly state: string
  readonly attempts: number
  readonly dueAt: Date
  readonly lastError: string | null
}

async function find(id: string): Promise<Row> {
  const { rows } = await server.database.query<Row>(
    { text: `select state, attempts, due_at as "dueAt", last_error as "lastError" from mails where id = $1` },
    [id],
  )
  assert.ok(rows[0] !== undefined)
  return rows[0]
}
