import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { test } from 'node:test'
import { provisionProcess } from '../harness/provision-process.ts'
import { createScimClient, type ScimClient } from '../harness/scim-over-http.ts'
import { runRollcall, startServer, temporaryFolder } from '../harness/spawn.ts'
import { startOtherPostgres } from './other-postgres.ts'

const user = 'urn:ietf:params:scim:schemas:core:2.0:User'
const group = 'urn:ietf:params:scim:schemas:core:2.0:Group'
const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

for (const major of [15, 16, 17] as const)
  test(`CON-B10: a backup made on another major version of PostgreSQL is restored into the embedded one (${major})`, async () => {
    await using older = await startOtherPostgres(major)
    using folder = temporaryFolder()
    using fresh = temporaryFolder()
    // Neither folder holds the keys: they were kept apart, as the command says they must be.
    const keys = { ROLLCALL_ENCRYPTION_KEYS: randomBytes(32).toString('base64') }
    const there = { ...keys, DATABASE_URL: older.url, ROLLCALL_DATA_DIR: folder.path }
    const here = { ...keys, ROLLCALL_DATA_DIR: fresh.path }
    const file = join(folder.path, 'moved.rcb')

    const first = await startServer({ environment: there })
    const { key } = await provisionProcess(first.url, folder.path)
    const people = await provision(createScimClient(first.url, key))
    assert.equal((await first.stop()).code, 0)
    const made = await runRollcall({ arguments: ['backup', file], environment: there })
    assert.deepEqual([made.code, /apart from the backup/.test(made.stderr)], [0, true], made.stderr)

    const strange = await runRollcall({ arguments: ['restore', file], environment: { ROLLCALL_DATA_DIR: fresh.path } })
    assert.equal(strange.code, 1, 'without the keys it stays closed')
    const restored = await runRollcall({ arguments: ['restore', file], environment: here })
    assert.equal(restored.code, 0, restored.stderr)
    await using second = await startServer({ environment: here })
    const scim = createScimClient(second.url, key)
    assert.deepEqual(await read(scim, people), people)
    await provision(scim, 'after')
  })

type People = { readonly ada: string; readonly team: string; readonly names: readonly string[] }

/** A person, filters, a team and a suspension: the statements of each kind run on that version. */
async function provision(scim: ScimClient, prefix = 'before'): Promise<People> {
  const create = async (path: string, body: object) => {
    const answer = await scim('POST', path, body)
    assert.equal(answer.status, 201, answer.text)
    return answer.body.id
  }
  const ada = await create('/Users', {
    schemas: [user],
    userName: `${prefix}-ada@example.com`,
    externalId: `${prefix}-A`,
  })
  const bea = await create('/Users', { schemas: [user], userName: `${prefix}-Ægir@example.com`, active: false })
  const team = await create('/Groups', { schemas: [group], displayName: `${prefix} crew`, members: [{ value: ada }] })
  const added = { schemas: [patchOp], Operations: [{ op: 'add', path: 'members', value: [{ value: bea }] }] }
  assert.equal((await scim('PATCH', `/Groups/${team}`, added)).status, 204)
  const suspended = { schemas: [patchOp], Operations: [{ op: 'replace', path: 'active', value: false }] }
  assert.equal((await scim('PATCH', `/Users/${ada}`, suspended)).status, 200)
  return read(scim, { ada, team, names: [] })
}

async function read(scim: ScimClient, { ada, team }: People): Promise<People> {
  const filter = encodeURIComponent('userName sw "before" and active eq false or externalId eq "before-A"')
  const { body } = await scim('GET', `/Users?filter=${filter}&sortBy=userName`)
  const found = await scim('GET', `/Users/${ada}`)
  const crew = await scim('GET', `/Groups?filter=${encodeURIComponent(`members.value eq "${ada}"`)}`)
  assert.deepEqual([found.status, crew.body.Resources[0]?.id], [200, team])
  return { ada, team, names: body.Resources.map(({ userName }) => userName) }
}
