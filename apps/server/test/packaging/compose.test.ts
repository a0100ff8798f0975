import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { configOf } from '../../src/config.ts'
import { otherVariables, settings } from '../../src/config/settings.ts'
import { root } from '../harness/spawn.ts'

const serviceShape = z.strictObject({
  image: z.string(),
  build: z.strictObject({ context: z.string(), target: z.string() }).optional(),
  restart: z.literal('unless-stopped'),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.string() })).default({}),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
  read_only: z.boolean().default(false),
  tmpfs: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  shm_size: z.string().optional(),
  stop_grace_period: z.string(),
  healthcheck: z.strictObject({
    test: z.tuple([z.literal('CMD')], z.string()),
    interval: z.string(),
    timeout: z.string(),
    start_period: z.string(),
    retries: z.number(),
  }),
})
const composeShape = z.strictObject({
  name: z.literal('rollcall'),
  services: z.strictObject({ database: serviceShape, rollcall: serviceShape }),
  volumes: z.record(z.string(), z.null()),
})

const text = readFileSync(join(root, 'compose.yaml'), 'utf8')
const { services, volumes } = composeShape.parse(parse(text))
const guide = readFileSync(join(root, 'docs/guides/containers.md'), 'utf8')

// `docker compose up --wait` itself cannot run where no container engine is; docs/guides/containers.md says so.
test('CON-B2: compose.yaml waits for a healthy PostgreSQL 18, keeps data in volumes, and has no default password', () => {
  const { database, rollcall } = services
  assert.match(database.image, /\/postgres:18$/)
  assert.deepEqual(database.healthcheck.test.slice(0, 2), ['CMD', 'pg_isready'])
  assert.deepEqual(database.ports, [], 'nobody but Rollcall reaches it')
  // The image of 18 refuses the place that was right up to 17.
  assert.deepEqual(database.volumes, ['database:/var/lib/postgresql'])
  assert.deepEqual(rollcall.depends_on, { database: { condition: 'service_healthy' } })
  assert.deepEqual(rollcall.healthcheck.test, ['CMD', '/usr/local/bin/node', '/app/scripts/probe.mjs'])
  assert.deepEqual(rollcall.volumes, ['data:/data'])
  assert.deepEqual(Object.keys(volumes).toSorted(), ['data', 'database'])
  assert.match(database.environment['POSTGRES_PASSWORD'] ?? '', /^\$\{ROLLCALL_DATABASE_PASSWORD:\?/)
  assert.deepEqual(rollcall.build, { context: '.', target: 'server' })
  assert.ok(Number.parseInt(rollcall.stop_grace_period, 10) * 1000 > settings.shutdownTimeoutMs.default)
  for (const [, name = ''] of text.matchAll(/\$\{(\w+)/g)) assert.match(guide, new RegExp(`\`${name}\``), name)
})

test('CON-B2: in compose.yaml Rollcall may write to /data and /tmp alone, has no capability, and gets settings that there are', () => {
  const { rollcall } = services
  assert.deepEqual([rollcall.read_only, rollcall.tmpfs], [true, ['/tmp']])
  assert.deepEqual([rollcall.cap_drop, rollcall.security_opt], [['ALL'], ['no-new-privileges:true']])
  assert.match(
    rollcall.ports.join(),
    /^\$\{ROLLCALL_LISTEN:-127\.0\.0\.1:8080\}:8080$/,
    'this machine only, until somebody opens it',
  )
  const known = new Set<string>([...Object.values(settings).map(({ env }) => env), ...otherVariables])
  for (const name of Object.keys(rollcall.environment)) assert.ok(known.has(name), name)
})

test('CON-B2: what compose.yaml sets when .env has the password alone is a configuration that the server takes', () => {
  const filled = Object.entries(services.rollcall.environment).map(([name, value]) => [
    name,
    value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll(/\$\{ROLLCALL_DATABASE_PASSWORD\}/g, 'a1b2c3'),
  ])
  const config = configOf(Object.fromEntries(filled))
  assert.equal(config.databaseUrl, 'postgres://rollcall:a1b2c3@database:5432/rollcall')
  assert.equal(config.publicUrl?.href, 'http://localhost:8080')
  assert.deepEqual(config.securityContact, [])
})

test('CON-B2: the README has the line that runs it in a container, with the port and a volume', () => {
  const readme = readFileSync(join(root, 'README.md'), 'utf8')
  assert.match(readme, /docker run -p 127\.0\.0\.1:8080:8080 -v rollcall:\/data rollcall:trial/)
  assert.match(readme, /docker compose up --wait/)
  for (const each of [
    /^docker compose up --wait$/m,
    /^docker run .*-p 127\.0\.0\.1:8080:8080 /m,
    /Not tried: `docker build`/,
  ])
    assert.match(guide, each)
})
