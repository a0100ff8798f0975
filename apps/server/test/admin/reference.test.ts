import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { test } from 'node:test'
import { listErrorCodes } from '@rollcall/admin-api'
import { listReferenceFiles, referencePath } from './reference-files.ts'

const files = listReferenceFiles()
const remedy = 'run: node --conditions=@rollcall/source apps/server/test/admin/reference-files.ts'

test('CON-N4: docs/reference says what the code says: command line, configuration, errors, metrics, OpenAPI, permissions', () => {
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
