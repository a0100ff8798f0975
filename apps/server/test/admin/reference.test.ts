import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { listErrorCodes } from '@rollcall/admin-api'
import { nameActions } from '../../src/audit/change-actions.ts'
import { listAuditActions } from './audit-reference.ts'
import { listReferenceFiles, referencePath } from './reference-files.ts'

const files = listReferenceFiles()
const remedy = 'run: node --conditions=@rollcall/source apps/server/test/admin/reference-files.ts'

test('CON-N4: docs/reference says what the code says: command line, configuration, errors, events, audit actions, metrics, OpenAPI, permissions', () => {
  const stale = [...files].filter(([name, content]) => readFileSync(referencePath(name), 'utf8') !== content)
  assert.deepEqual(
    stale.map(([name]) => name),
    [],
    remedy,
  )
  const found = readdirSync(dirname(referencePath('cli.md'))).toSorted()
  assert.deepEqual(found, [...files.keys()].toSorted())
})

test('every error code has its section in the reference', () => {
  for (const code of listErrorCodes()) assert.match(files.get('errors.md') ?? '', new RegExp(`^## ${code}$`, 'm'))
})

test('CON-N4: the audit actions of the reference are those that a change gets, by hand and over SCIM', () => {
  const actions = new Map(listAuditActions())
  const named = (action: string, origin: { readonly via: string; readonly connection_id: string | null }) =>
    nameActions(
      { action, subject_kind: 'user', connection_id: origin.connection_id, data: { via: origin.via } },
      undefined,
    )
  const pushed = named('user.suspended', { via: 'PATCH', connection_id: 'a' })
  const byHand = named('user.suspended', { via: 'admin', connection_id: null })
  assert.deepEqual(
    pushed.map(({ action }) => action).filter((action) => !actions.has(action)),
    [],
  )
  assert.equal(actions.get('external_identity.deprovision')?.at(-1), 'yes')
  for (const { action } of byHand) assert.equal(actions.get(action)?.at(-1), '')
  for (const action of ['role.granted', 'key.created', 'org.add_member', 'external_group.scim_api_failure'])
    assert.ok(actions.has(action), action)
})
