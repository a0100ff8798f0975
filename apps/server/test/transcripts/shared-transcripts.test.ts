import assert from 'node:assert/strict'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startMemory } from './memory-target.ts'
import { type Target, type TargetFactory, playSequence } from './play.ts'
import { startServer } from './server-target.ts'
import { readSequences } from './transcript.ts'

const folder = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'transcripts')
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : []

if (files.length === 0)
  test('the shared transcripts are not beside this repository: nothing to play', (context) =>
    context.diagnostic(`looked in ${folder}`))

const targets = [
  { name: 'the library on its store in memory', start: startMemory },
  { name: 'the server on PostgreSQL', start: startServer },
]

for (const { name, start } of targets)
  describe(name, { skip: files.length === 0 }, () => {
    let factory: TargetFactory | undefined
    before(async () => {
      factory = await start()
    })
    after(() => factory?.[Symbol.asyncDispose]())

    for (const file of files)
      test(`the transcript ${file} is answered as expected`, async () => {
        for (const sequence of readSequences(folder, file)) {
          assert.ok(factory)
          await using target = await factory.open(sequence.style)
          await addCompleteUser(target)
          assert.deepEqual(await playSequence(sequence, target), [])
        }
      })
  })

/** Okta's suite expects a server that already holds somebody. */
async function addCompleteUser(target: Target): Promise<void> {
  const body = {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'seed@example.com',
    name: { givenName: 'Seed', familyName: 'User' },
    emails: [{ value: 'seed@example.com', type: 'work', primary: true }],
    active: true,
  }
  const headers = { Authorization: `Bearer ${target.token}`, 'Content-Type': 'application/scim+json' }
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await target.fetch(new Request(`${target.baseUrl}/Users`, init))
  assert.equal(response.status, 201)
}
