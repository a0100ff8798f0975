import assert from 'node:assert/strict'
import test from 'node:test'
import { createLogger } from '../../src/telemetry/logger.ts'
import { redactValue } from '../../src/telemetry/redact.ts'

function logged(write: (logger: ReturnType<typeof createLogger>) => void, isPretty = false): string {
  let text = ''
  const logger = createLogger({ level: 'trace', isPretty, isColored: false, write: (line) => (text += line) })
  write(logger)
  return text
}

test('CON-C8: a log line is one JSON object with RFC 3339 time, the level as a word, msg and what it is about', () => {
  const line = logged((logger) =>
    logger.child({ req_id: 'req_1', org: 'org_1', actor: 'key_1' }).warn({ n: 1 }, 'two\nlines'),
  )
  assert.equal(line.indexOf('\n'), line.length - 1)
  const { time, ...rest } = JSON.parse(line) as Record<string, unknown>
  assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  assert.deepEqual(rest, { level: 'warn', req_id: 'req_1', org: 'org_1', actor: 'key_1', n: 1, msg: 'two\nlines' })
})

const canaries: Readonly<Record<string, unknown>> = {
  'a password by its name': { user: { password: 'canary' } },
  'a secret by a camel-case name': { clientSecret: 'canary' },
  'a header by its name': { headers: { Authorization: 'canary', 'Set-Cookie': ['canary'] } },
  'a key of ours in a text': { note: 'sent rc_scm_AbCdEfcanary0123456789' },
  'a bearer token in a text': { note: 'Authorization: Bearer canary.token-value' },
  'a JWT anywhere': { list: ['eyJhbGciOiJub25lIn0.eyJjYW5hcnkiOjF9canary.sig'] },
  'a webhook secret': { note: 'whsec_canaryMfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
  'a PEM block': { note: '-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----' },
  'a cut-off PEM block': { note: '-----BEGIN PRIVATE KEY-----\ncanary' },
  'a password in a URL': { url: 'postgres://rollcall:canary@db.example.com/x' },
  'an error with cause': { err: new Error('outer', { cause: new Error('Bearer canary-token-1') }) },
}

for (const [what, value] of Object.entries(canaries)) {
  test(`${what} is redacted in logs`, () => {
    const lines = logged((logger) => logger.error(value, 'happened'))
    assert.doesNotMatch(lines, /canary/)
    assert.match(lines, /\[redacted\]/)
  })
}

test('CON-C9: a planted secret is found in no log line, whether by name, by shape, in a message or in a stack', () => {
  const lines = logged((logger) => {
    for (const value of Object.values(canaries)) logger.info(value, 'value')
    logger.info('message with Bearer canary-in-message and rc_scm_canary0123456789AB')
    const error = new Error('connect postgres://u:canary@h/d failed')
    logger.child({ token: 'canary' }).error({ err: error }, error.message)
  })
  assert.equal(lines.includes('canary'), false)
})

test('redaction keeps what is no secret: names of keys, booleans, dates and short words', () => {
  const value = {
    keyId: 'key_1',
    hasPassword: true,
    token: null,
    at: new Date(0),
    user: { userName: 'bearer of news' },
  }
  assert.deepEqual(redactValue(value), value)
})

test('on a terminal a line is one for people, with the stack of an error below it', () => {
  const text = logged((logger) => logger.error({ err: new Error('broke'), job: 'x' }, 'failed'), true)
  assert.match(text, /^\d\d:\d\d:\d\d error failed job=x\n {2}Error: broke\n/)
})
