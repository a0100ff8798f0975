import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { configOf } from '../../src/config.ts'
import { reportSettings } from '../../src/config/report.ts'
import { resolveSettings } from '../../src/config/resolve.ts'

test('CON-J1: the URL of the mail server says host, port, account and protection; percent-encoding is undone', () => {
  const nobody = { user: undefined, password: undefined }
  const cases: readonly (readonly [string, object])[] = [
    [
      'smtps://a%40b:p%3Aw%2Fd@mail.acme.example',
      { host: 'mail.acme.example', port: 465, user: 'a@b', password: 'p:w/d', tls: 'implicit' },
    ],
    ['smtp://mail.acme.example', { host: 'mail.acme.example', port: 587, ...nobody, tls: 'required' }],
    ['smtp://mail.acme.example:25?tls=optional', { host: 'mail.acme.example', port: 25, ...nobody, tls: 'optional' }],
    ['smtp://mail.acme.example/?tls=none', { host: 'mail.acme.example', port: 587, ...nobody, tls: 'none' }],
    ['smtp://127.0.0.1:1025', { host: '127.0.0.1', port: 1025, ...nobody, tls: 'optional' }],
    ['smtp://[::1]:1025?tls=required', { host: '::1', port: 1025, ...nobody, tls: 'required' }],
    // Not this machine, whatever it looks like.
    ['smtp://localhost.evil.example', { host: 'localhost.evil.example', port: 587, ...nobody, tls: 'required' }],
  ]
  for (const [SMTP_URL, expected] of cases) assert.deepEqual(configOf({ SMTP_URL }).smtp, expected, SMTP_URL)
  assert.equal(configOf({}).smtp, undefined)
})

test('CON-J1: separate variables do the same; the password may stand in a file, and is never shown', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rollcall-smtp-'))
  writeFileSync(join(folder, 'password'), 'canary\n')
  const environment = {
    SMTP_HOST: 'mail.acme.example',
    SMTP_USER: 'rollcall',
    SMTP_PASSWORD_FILE: join(folder, 'password'),
    SMTP_PORT: '465',
  }
  const { smtp } = configOf(environment)
  rmSync(folder, { recursive: true })
  assert.deepEqual(smtp, {
    host: 'mail.acme.example',
    port: 465,
    user: 'rollcall',
    password: 'canary',
    tls: 'implicit',
  })
  const resolved = resolveSettings({
    flags: new Map(),
    environment: { SMTP_HOST: 'h', SMTP_USER: 'u', SMTP_PASSWORD: 'canary' },
    configFile: undefined,
  })
  assert.doesNotMatch(JSON.stringify(reportSettings(resolved)), /canary/)
})

test('what contradicts itself or is no mail server is refused, with what was wanted', () => {
  const wrong: readonly (readonly [Record<string, string>, RegExp])[] = [
    [{ SMTP_URL: 'http://mail.acme.example' }, /SMTP_URL: .*wanted smtps:/],
    [{ SMTP_URL: 'smtp://mail.acme.example?tls=maybe' }, /SMTP_URL/],
    [{ SMTP_URL: 'smtps://mail.acme.example?tls=none' }, /SMTP_URL/],
    [{ SMTP_URL: 'smtp://mail.acme.example?user=x' }, /SMTP_URL/],
    [{ SMTP_URL: 'smtp://%zz@mail.acme.example' }, /SMTP_URL/],
    [{ SMTP_URL: 'smtp://a', SMTP_HOST: 'b' }, /SMTP_URL and SMTP_HOST: got both/],
    [{ SMTP_PORT: '25' }, /SMTP_HOST: got nothing beside SMTP_PORT/],
    [{ SMTP_HOST: 'h', SMTP_USER: 'u' }, /SMTP_USER and SMTP_PASSWORD: got one of them/],
    [{ SMTP_HOST: 'h', SMTP_PORT: '0' }, /SMTP_PORT: .*wanted an integer from 1 to 65535/],
    [{ SMTP_HOST: 'h', SMTP_TLS: 'yes' }, /SMTP_TLS: .*wanted one of implicit, required, optional, none/],
    [{ MAIL_FROM: 'Rollcall <a@b.example>' }, /MAIL_FROM: .*wanted one mail address/],
  ]
  for (const [environment, expected] of wrong) assert.throws(() => configOf(environment), expected)
})
