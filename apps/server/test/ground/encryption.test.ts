import assert from 'node:assert/strict'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { createEncryption, generateEncryptionKey, secretContext } from '../../src/encryption.ts'
import { createTestDatabase } from '../harness/database.ts'
import { runRollcall, temporaryFolder } from '../harness/spawn.ts'

test('a sealed secret opens with any key of the list and only in its own context', () => {
  const [oldKey, newKey] = [generateEncryptionKey(), generateEncryptionKey()]
  const sealed = createEncryption([oldKey]).seal('pässword', secretContext('smtp'))
  const both = createEncryption([newKey, oldKey])
  assert.equal(both.open(sealed, secretContext('smtp')), 'pässword')
  assert.equal(both.isCurrent(sealed), false)
  assert.throws(() => both.open(sealed, secretContext('other')))
  assert.throws(
    () => createEncryption([newKey]).open(sealed, secretContext('smtp')),
    /ROLLCALL_ENCRYPTION_KEYS lacks it/,
  )
  assert.notEqual(both.seal('x', 'c'), both.seal('x', 'c'))
})

test('CON-A9: after keys rotate every secret opens with the new key alone, and a missing key changes nothing', async () => {
  await using own = await createTestDatabase()
  const [oldKey, newKey] = [generateEncryptionKey(), generateEncryptionKey()]
  const sealed = createEncryption([oldKey]).seal('canary', secretContext('cursor'))
  await own.database.query({ text: `insert into instance_secrets values ('cursor', $1, '2026-01-01')` }, [sealed])
  const rotate = (keys: string): ReturnType<typeof runRollcall> =>
    runRollcall({
      arguments: ['keys', 'rotate'],
      environment: { DATABASE_URL: own.url, ROLLCALL_ENCRYPTION_KEYS: keys },
    })
  const stored = async (): Promise<string> => {
    const { rows } = await own.database.query<{ sealed: string }>({ text: 'select sealed from instance_secrets' })
    return rows[0]?.sealed ?? ''
  }
  const withoutOld = await rotate(newKey)
  assert.equal(withoutOld.code, 1)
  assert.equal(await stored(), sealed)
  const rotated = await rotate(`${newKey},${oldKey}`)
  assert.equal(rotated.code, 0, rotated.stderr)
  assert.match(rotated.stdout, /^1 secret sealed anew/)
  assert.equal(createEncryption([newKey]).open(await stored(), secretContext('cursor')), 'canary')
  assert.doesNotMatch(rotated.stdout + rotated.stderr + withoutOld.stderr, /canary/)
})

test('without ROLLCALL_ENCRYPTION_KEYS a random key is made in the data folder, for the owner only, and kept', async () => {
  await using own = await createTestDatabase()
  using folder = temporaryFolder()
  const environment = { DATABASE_URL: own.url, ROLLCALL_DATA_DIR: folder.path }
  const file = join(folder.path, 'encryption-keys')
  await runRollcall({ arguments: ['keys', 'rotate'], environment })
  const first = readFileSync(file, 'utf8')
  assert.equal(Buffer.from(first, 'base64').length, 32)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  const generated = await runRollcall({ arguments: ['keys', 'rotate', '--generate'], environment })
  assert.equal(generated.code, 0, generated.stderr)
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  assert.equal(lines.length, 2)
  assert.equal(lines[1], first.trim())
})
