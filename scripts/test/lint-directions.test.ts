import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test, { after, before } from 'node:test'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A file in the wrong place each, with one line that its folder may not have; and the rule that must say so. */
const planted: readonly (readonly [file: string, line: string, rule: string])[] = [
  ['packages/scim/src/planted.ts', `import { readFileSync } from 'node:fs'`, 'no-restricted-imports'],
  ['packages/scim/src/filter/planted.ts', `import { z } from 'zod'`, 'no-restricted-imports'],
  [
    'packages/scim/src/planted-up.ts',
    `import { config } from '../../../apps/server/src/config.ts'`,
    'no-restricted-imports',
  ],
  ['packages/expressions/src/planted.ts', `import { parseFilter } from '@rollcall/scim'`, 'no-restricted-imports'],
  [
    'packages/expressions/src/planted-beside.ts',
    `import { x } from '../../scim/src/index.ts'`,
    'no-restricted-imports',
  ],
  ['packages/admin-api/src/planted.ts', `import { scimError } from '@rollcall/scim'`, 'no-restricted-imports'],
  ['apps/console/src/users/planted.ts', `import { join } from 'node:path'`, 'no-restricted-imports'],
  ['apps/console/src/users/planted-table.ts', `import { routes } from '@rollcall/admin-api'`, 'no-restricted-imports'],
  ['apps/console/src/ui/planted.ts', `import { nameOf } from '../users/name-of.ts'`, 'no-restricted-imports'],
  ['apps/cli/src/planted.ts', `import { loadConfig } from '../../server/src/config.ts'`, 'no-restricted-imports'],
  ['apps/server/src/http/planted.ts', `import pg from 'pg'`, 'no-restricted-imports'],
  ['apps/server/src/http/scim/planted.ts', `import { sql } from 'kysely'`, 'no-restricted-imports'],
  ['apps/server/src/http/admin/planted.ts', `import { x } from '../../db/queries/users.ts'`, 'no-restricted-imports'],
  ['apps/server/src/directory/planted.ts', `import { x } from '../http/mount.ts'`, 'no-restricted-imports'],
  ['apps/server/src/directory/planted-web.ts', `import { Hono } from 'hono'`, 'no-restricted-imports'],
  [
    'apps/server/src/directory/planted-engine.ts',
    `import { x } from '../provisioning/plan.ts'`,
    'no-restricted-imports',
  ],
  ['apps/server/src/directory/planted-sql.ts', `import { sql } from 'kysely'`, 'no-restricted-imports'],
  ['apps/server/src/mapping/planted.ts', `import { x } from '../directory/users.ts'`, 'no-restricted-imports'],
  ['apps/server/src/live/planted.ts', `import { x } from '../http/mount.ts'`, 'no-restricted-imports'],
  ['apps/server/src/access/planted.ts', `import { x } from '../directory/users.ts'`, 'no-restricted-imports'],
  ['apps/server/src/audit/planted.ts', `import { x } from '../http/mount.ts'`, 'no-restricted-imports'],
  ['apps/server/src/events/planted.ts', `import { x } from '../directory/users.ts'`, 'no-restricted-imports'],
  ['apps/server/src/events/planted-sql.ts', `import { sql } from 'kysely'`, 'no-restricted-imports'],
  ['apps/server/src/mail/planted.ts', `import { x } from '../directory/users.ts'`, 'no-restricted-imports'],
  ['apps/server/src/access/planted-mail.ts', `import { x } from '../mail/render.ts'`, 'no-restricted-imports'],
  ['apps/server/src/sign-in/planted.ts', `import { x } from '../http/mount.ts'`, 'no-restricted-imports'],
  ['apps/server/src/access/planted-sign-in.ts', `import { x } from '../sign-in/admit.ts'`, 'no-restricted-imports'],
  ['apps/server/src/access/planted-events.ts', `import { x } from '../events/outbox.ts'`, 'no-restricted-imports'],
  ['apps/server/src/directory/planted-events.ts', `import { x } from '../events/outbox.ts'`, 'no-restricted-imports'],
  ['apps/server/src/jobs/planted.ts', `import { x } from '../audit/trim-request-log.ts'`, 'no-restricted-imports'],
  ['apps/server/src/db/planted.ts', `import { x } from '../directory/users.ts'`, 'no-restricted-imports'],
  ['apps/server/src/db/queries/planted.ts', `import { x } from '../../access/keys.ts'`, 'no-restricted-imports'],
  ['apps/server/src/ldap/planted.ts', `import { x } from '../provisioning/plan.ts'`, 'no-restricted-imports'],
  ['apps/server/src/telemetry/planted.ts', `import { x } from '../db/pool.ts'`, 'no-restricted-imports'],
  ['apps/server/src/embedded-postgres/planted.ts', `import { x } from '../db/pool.ts'`, 'no-restricted-imports'],
  ['apps/server/src/planted.ts', `export const home = process.env['HOME']`, 'no-process-env'],
  ['apps/server/src/planted-default.ts', `export default 1`, 'no-default-export'],
  ['apps/server/src/planted-any.ts', `export const x: any = 1`, 'no-explicit-any'],
  ['apps/server/src/planted-bang.ts', `export const x = [1][0]!`, 'no-non-null-assertion'],
  ['apps/server/src/planted-long.ts', '// line\n'.repeat(401), 'max-lines'],
  [
    'apps/server/src/planted-function.ts',
    `export function x(): number {\n${'  void 0\n'.repeat(80)}  return 1\n}`,
    'max-lines-per-function',
  ],
  ['apps/server/src/cycle-a.ts', `import { b } from './cycle-b.ts'\nexport const a = (): unknown => b`, 'no-cycle'],
  ['apps/server/src/cycle-b.ts', `import { a } from './cycle-a.ts'\nexport const b = (): unknown => a`, 'no-cycle'],
]

/** What the folders may do: no rule of direction may fire. */
const allowed: readonly (readonly [file: string, line: string])[] = [
  ['packages/scim/src/server/allowed.ts', `import { x } from '../filter/parse.ts'`],
  ['packages/expressions/src/scope/allowed.ts', `import { x } from '../errors.ts'`],
  ['packages/admin-api/src/allowed.ts', `import { z } from 'zod'`],
  ['apps/server/src/http/allowed.ts', `import { x } from '../directory/users.ts'`],
  ['apps/server/src/http/allowed-web.ts', `import { Hono } from 'hono'`],
  ['apps/server/src/directory/allowed.ts', `import { x } from '../db/queries/users.ts'`],
  ['apps/server/src/db/allowed.ts', `import pg from 'pg'`],
  ['apps/server/src/config.ts', `export const home = process.env['HOME']`],
]

type Diagnostic = { readonly filename: string; readonly code: string }

let folder: string
let found: ReadonlyMap<string, readonly string[]>

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'rollcall-lint-'))
  copyFileSync(join(root, '.oxlintrc.json'), join(folder, '.oxlintrc.json'))
  for (const [file, line] of [...planted, ...allowed]) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), `${line}\n`)
  }
  found = lint()
})
after(() => rmSync(folder, { recursive: true }))

function lint(): ReadonlyMap<string, readonly string[]> {
  const program = join(root, 'node_modules/oxlint/bin/oxlint')
  const { stdout, stderr } = spawnSync(process.execPath, [program, '--format=json', '.'], {
    cwd: folder,
    encoding: 'utf8',
  })
  const { diagnostics }: { readonly diagnostics: readonly Diagnostic[] } = JSON.parse(stdout || `{"error":"${stderr}"}`)
  const rules = new Map<string, string[]>()
  for (const { filename, code } of diagnostics) rules.set(filename, [...(rules.get(filename) ?? []), code])
  return rules
}

test('every direction that imports may not take, and every limit, fires on a planted file', () => {
  const silent = planted.filter(([file, , rule]) => !found.get(file)?.some((code) => code.includes(`(${rule})`)))
  assert.deepEqual(silent, [])
})

test('the directions that imports may take do not fire', () => {
  const rules = ['no-restricted-imports', 'no-process-env']
  const wrong = allowed.filter(([file]) => found.get(file)?.some((code) => rules.some((rule) => code.includes(rule))))
  assert.deepEqual(wrong, [])
})
