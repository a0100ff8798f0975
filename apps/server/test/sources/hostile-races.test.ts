import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sourceRules } from '@rollcall/admin-api'
import { workOffReads } from '../../src/sources/work-reads.ts'
import { createSourceHarness, peopleOf } from './source-harness.ts'
import { findPeople } from './source-people.ts'

// Several at once, and the database that says no: each person is as if they had taken turns.

const harness = await createSourceHarness()
after(() => harness[Symbol.asyncDispose]())
const base = '/api/v1/organizations/acme'

async function readAtOnce(places: readonly string[]): Promise<readonly string[]> {
  const started = await Promise.all(places.map((place) => harness.send('POST', `${place}/reads`, { body: {} })))
  const { signal } = new AbortController()
  await Promise.all(places.map((_, number) => workOffReads(harness.worker({ owner: `worker ${number}` }), signal)))
  const reads = await Promise.all(started.map(({ body }) => harness.send('GET', `${base}/source-reads/${body.id}`)))
  return reads.map(({ body }) => body.state)
}

test('two sources that want the same user names at once give each person one of his own', async () => {
  const rules = sourceRules.parse({
    anchor: 'id',
    mappings: [{ target: 'displayName', kind: 'direct', source: 'name' }],
    correlation: [],
    userName: { candidates: ['[login]', 'Join("", [login], "2")', 'Join("", [login], "3")'] },
  })
  const places = await Promise.all(['One', 'Two', 'Three'].map((name) => harness.createSource(name, { rules })))
  const people = peopleOf(150, ({ id }, number) => ({ id, login: `same${number}.race`, name: `Same ${number}` }))
  for (const place of places) await harness.upload(place, people)
  assert.deepEqual(await readAtOnce(places.slice(0, 2)), ['done', 'done'])
  assert.deepEqual(await readAtOnce(places.slice(2)), ['done'])
  const { rows } = await harness.application.database.query<{ names: number; people: number }>({
    text: `select count(distinct user_name_key) as names, count(*) as people from users where user_name_key like 'same%.race%'`,
  })
  assert.deepEqual(rows[0], { names: 450, people: 450 })
})

test('two sources that feed the same people at once make nobody twice and lose no attribute', async () => {
  const correlation = [[{ target: 'userName', source: 'mail' }]]
  const userName = { target: 'userName', kind: 'direct', source: 'mail', apply: 'onCreate' }
  const rulesOf = (target: string, onUnmatched: 'create' | 'report') =>
    sourceRules.parse({
      anchor: 'id',
      mappings: [userName, { target, kind: 'direct', source: target }],
      correlation,
      onUnmatched,
    })
  const first = await harness.createSource('Titles', { rules: rulesOf('title', 'create') })
  const second = await harness.createSource('Names', { rules: rulesOf('displayName', 'report'), precedence: 50 })
  const people = peopleOf(200, ({ id }, number) => ({
    id,
    mail: `both${number}@race.test`,
    title: `T${number}`,
    displayName: `D${number}`,
  }))
  await harness.upload(first, people)
  await harness.upload(second, people)
  await harness.read(first)
  await harness.upload(
    first,
    people.map((person, number) => ({ ...person, title: `New ${number}` })),
  )
  for (let turn = 0; turn < 2; turn++)
    assert.deepEqual(await readAtOnce([first, second]), ['done', 'done'], `turn ${turn}`)
  const found = await findPeople(harness, 'both1')
  const [one] = found.values()
  assert.ok(found.size > 0)
  assert.match(one?.attributes.title, /^New /)
  assert.match(one?.attributes.displayName, /^D/)
  const { rows } = await harness.application.database.query<{ people: number; whole: number }>({
    text: `select count(*) as people, count(*) filter (where document like '%"New %' and document like '%"D%') as whole
      from users where user_name_key like 'both%@race.test'`,
  })
  assert.deepEqual(rows[0], { people: 200, whole: 200 })
})

test('the last owner is not taken over where that would make him nobody, and the read goes on', async () => {
  const { database } = harness.application
  const made = await harness.send('POST', `${base}/people`, { body: { attributes: { userName: 'sole@race.test' } } })
  await harness.send('POST', `${base}/roles/owner/grant`, { body: { user: made.body.id } })
  const place = await harness.createSource('Takes')
  await harness.upload(
    place,
    peopleOf(5, (person, number) => ({ ...person, mail: number === 1 ? 'sole@race.test' : `sole${number}@race.test` })),
  )
  await harness.read(place)
  // Roles that groups did not give count for local accounts only.
  await database.query({ text: `update organizations set role_mapping_mode = 'only' where slug = 'acme'` })
  try {
    const decision = { anchor: 'e1', decision: 'link', person: made.body.id }
    assert.equal((await harness.send('POST', `${place}/decisions`, { body: decision })).status, 200)
    await harness.upload(
      place,
      peopleOf(6, (person, number) => ({
        ...person,
        mail: number === 1 ? 'sole@race.test' : `sole${number}@race.test`,
      })),
    )
    const faults: unknown[] = []
    const started = await harness.send('POST', `${place}/reads`, { body: {} })
    await harness.work({ onFault: (error) => void faults.push(error) })
    const read = await harness.send('GET', `${base}/source-reads/${started.body.id}`)
    assert.deepEqual([faults, read.body.state], [[], 'done'])
    const { body } = await harness.send('GET', `${base}/source-reads/${started.body.id}/operations?state=failed`)
    assert.match(body.data[0].error.detail, /last owner/)
    assert.equal((await findPeople(harness, 'sole6@')).size, 1)
  } finally {
    await database.query({ text: `update organizations set role_mapping_mode = default where slug = 'acme'` })
  }
})

test('a part that comes while a file is completed is in it or refused, and never in it unmeasured', async () => {
  const place = await harness.createSource('Parts')
  const part = Buffer.alloc(300_000, '{"id":"x"}\n')
  for (let turn = 0; turn < 15; turn++) {
    const begun = await harness.send('POST', `${place}/uploads`, { body: { name: 'x' } })
    const at = `${base}/source-files/${begun.body.id}`
    const add = (fromByte: number) =>
      harness.application.fetch(`${at}/parts?fromByte=${fromByte}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${harness.instanceKey}`, 'content-type': 'application/octet-stream' },
        body: part,
      })
    assert.equal((await add(0)).status, 200)
    const completing = harness.send('POST', `${at}/complete`, { body: { bytes: part.byteLength } })
    const added = await Promise.all([add(part.byteLength), add(part.byteLength)])
    await completing
    for (const { status } of added) assert.ok([200, 404].includes(status), String(status))
    const { rows } = await harness.application.database.query<{ is_complete: boolean; bytes: number; stored: number }>({
      text: `select f.is_complete, f.bytes, (select sum(end_byte - start_byte)::bigint from source_file_pieces p where p.file_id = f.id) as stored
          from source_files f order by id desc limit 1`,
    })
    const [file] = rows
    if (file?.is_complete === true) assert.equal(file.stored, file.bytes, `turn ${turn}`)
  }
})
