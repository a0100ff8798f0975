import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { runRollcall, temporaryFolder } from '../harness/spawn.ts'

type Printed = { readonly data: readonly { readonly env: string; readonly value: unknown; readonly origin: string }[] }

async function printed(
  environment: Readonly<Record<string, string>>,
  flags: readonly string[] = [],
): Promise<ReadonlyMap<string, { readonly value: unknown; readonly origin: string }>> {
  const { stdout, stderr, code } = await runRollcall({
    arguments: ['config', 'print', '--json', ...flags],
    environment,
  })
  assert.equal(code, 0, stderr)
  const { data }: Printed = JSON.parse(stdout)
  return new Map(data.map(({ env, value, origin }) => [env, { value, origin }]))
}

test('CON-A1: a setting given by flag, environment and file takes the flag, then the environment, then the file', async () => {
  using folder = temporaryFolder()
  writeFileSync(join(folder.path, 'rollcall.json'), JSON.stringify({ port: 7001, host: '127.0.0.3' }))
  const environment = { ROLLCALL_DATA_DIR: folder.path }
  const fromFile = await printed(environment)
  const fromEnvironment = await printed({ ...environment, PORT: '7002' })
  const fromFlag = await printed({ ...environment, PORT: '7002' }, ['--port', '7003'])
  const port = [fromFile, fromEnvironment, fromFlag].map((settings) => settings.get('PORT'))
  assert.deepEqual(port, [
    { value: 7001, origin: 'file' },
    { value: 7002, origin: 'environment' },
    { value: 7003, origin: 'flag' },
  ])
  assert.deepEqual(fromFlag.get('HOST'), { value: '127.0.0.3', origin: 'file' })
  assert.deepEqual(fromFlag.get('LOG_LEVEL'), { value: 'info', origin: 'default' })
})

test('CON-A2: every secret can come from the file that its _FILE variable names', async () => {
  using folder = temporaryFolder()
  const key = Buffer.alloc(32, 7).toString('base64')
  const secrets = {
    DATABASE_URL: 'postgres://a:canary@localhost/x',
    SMTP_URL: 'smtps://a:canary@localhost',
    ROLLCALL_ENCRYPTION_KEYS: key,
  }
  const environment: Record<string, string> = {}
  for (const [name, value] of Object.entries(secrets)) {
    environment[`${name}_FILE`] = join(folder.path, name)
    writeFileSync(join(folder.path, name), `${value}\n`)
  }
  const settings = await printed(environment)
  for (const name of Object.keys(secrets)) {
    assert.deepEqual(settings.get(name), { value: '[redacted]', origin: 'secret file' })
  }
})

test('CON-A3: three wrong settings are reported together, each with what was got and wanted, and exit code 78', async () => {
  const { code, stderr } = await runRollcall({
    environment: { PORT: 'eighty', LOG_LEVEL: 'loud', ROLLCALL_ENCRYPTION_KEYS: 'canary-short' },
  })
  assert.equal(code, 78)
  assert.match(stderr, /PORT: got "eighty" \(environment\); wanted an integer from 0 to 65535/)
  assert.match(stderr, /LOG_LEVEL: got "loud" \(environment\); wanted one of trace, debug, info/)
  assert.match(stderr, /ROLLCALL_ENCRYPTION_KEYS: got a value of 12 characters that is not shown/)
  assert.doesNotMatch(stderr, /canary/)
})

test('a certificate without its key, and a secret given twice, are configuration errors', async () => {
  const { code, stderr } = await runRollcall({
    arguments: ['config', 'print'],
    environment: { ROLLCALL_TLS_CERT: 'a.pem', SMTP_URL: 'smtp://localhost', SMTP_URL_FILE: 'file' },
  })
  assert.equal(code, 78)
  assert.match(stderr, /ROLLCALL_TLS_CERT and ROLLCALL_TLS_KEY: got one of them; wanted both or none/)
  assert.match(stderr, /SMTP_URL: got both SMTP_URL and SMTP_URL_FILE; wanted one of them/)
})

test('CON-A4: a misspelt variable of ours is warned about with the nearest real one', async () => {
  const { stderr, code } = await runRollcall({
    arguments: ['config', 'print'],
    environment: { ROLLCALL_PUBLC_URL: 'https://id.example.com' },
  })
  assert.equal(code, 0)
  assert.match(stderr, /ROLLCALL_PUBLC_URL is not a setting of Rollcall; did you mean ROLLCALL_PUBLIC_URL\?/)
})

test('variables of the command line client are no misspelt settings', async () => {
  const { stderr } = await runRollcall({
    arguments: ['config', 'print'],
    environment: { ROLLCALL_ORGANIZATION: 'acme', ROLLCALL_KEY_FILE: 'key', ROLLCALL_PROFILE_FILE: 'profile.json' },
  })
  assert.doesNotMatch(stderr, /is not a setting/)
})

test('a misspelt flag is refused with the nearest real one, and a secret is no flag', async () => {
  const misspelt = await runRollcall({ arguments: ['config', 'print', '--prot', '1'] })
  assert.equal(misspelt.code, 2)
  assert.match(misspelt.stderr, /--prot is not a flag; did you mean --port\?/)
  const secret = await runRollcall({ arguments: ['config', 'print', '--database-url', 'postgres://x/y'] })
  assert.equal(secret.code, 2)
  assert.match(secret.stderr, /set DATABASE_URL or DATABASE_URL_FILE instead/)
})

test('CON-A5: config print shows values with origins and redacted secrets; config schema is a JSON Schema of the same keys', async () => {
  const environment = { DATABASE_URL: 'postgres://rollcall:canary@localhost/x', LOG_LEVEL: 'warn' }
  const text = await runRollcall({ arguments: ['config', 'print'], environment })
  assert.match(text.stdout, /^LOG_LEVEL +"warn" +\(environment\)$/m)
  assert.match(text.stdout, /^DATABASE_URL +"\[redacted\]" +\(environment\)$/m)
  assert.doesNotMatch(text.stdout + text.stderr, /canary/)
  const { stdout } = await runRollcall({ arguments: ['config', 'schema'] })
  const schema: { readonly properties: Record<string, { type?: string; description: string }> } = JSON.parse(stdout)
  assert.equal(schema.properties['port']?.type, 'integer')
  assert.equal(Object.keys(schema.properties).length, (await printed({})).size)
  assert.ok(Object.values(schema.properties).every(({ description }) => description.length > 10))
})

test('CON-A6: PORT, HOST, DATABASE_URL, LOG_LEVEL, NODE_ENV, NO_COLOR and MAIL_FROM are honoured under their usual names', async () => {
  const settings = await printed({
    PORT: '9000',
    HOST: '::1',
    DATABASE_URL: 'postgresql://db/x',
    LOG_LEVEL: 'error',
    NODE_ENV: 'production',
    NO_COLOR: '1',
    MAIL_FROM: 'id@example.com',
  })
  const origins = ['PORT', 'HOST', 'DATABASE_URL', 'LOG_LEVEL', 'NODE_ENV', 'NO_COLOR', 'MAIL_FROM'].map(
    (name) => settings.get(name)?.origin,
  )
  assert.deepEqual(new Set(origins), new Set(['environment']))
})

test('CON-A10: without any setting it listens on this machine only, with no key and no password set', async () => {
  const settings = await printed({})
  assert.deepEqual(settings.get('HOST'), { value: '127.0.0.1', origin: 'default' })
  assert.deepEqual(settings.get('ROLLCALL_ENCRYPTION_KEYS'), { value: [], origin: 'default' })
  assert.deepEqual(settings.get('ROLLCALL_TRUST_PROXY'), { value: 0, origin: 'default' })
})

test('an unknown key of the configuration file and a broken file are errors that name the file', async () => {
  using folder = temporaryFolder()
  const file = join(folder.path, 'settings.json')
  writeFileSync(file, JSON.stringify({ prot: 1 }))
  const unknown = await runRollcall({ arguments: ['config', 'print', '--config', file] })
  assert.equal(unknown.code, 78)
  assert.match(unknown.stderr, /settings\.json: got the key "prot"; wanted port/)
  writeFileSync(file, '{ port: 1 ')
  const broken = await runRollcall({ arguments: ['config', 'print'], environment: { ROLLCALL_CONFIG: file } })
  assert.equal(broken.code, 78)
  assert.match(broken.stderr, /settings\.json: got .*; wanted a readable JSON file/)
})
