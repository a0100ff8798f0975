import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { rotateSecrets } from '../../src/rotate-secrets.ts'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import { openRecordVault } from '../../src/sources/seal/record-vault.ts'
import { sealEarlier } from '../../src/sources/seal/seal-earlier.ts'
import { createSourceHarness, simpleSourceRules, type SourceHarness } from './source-harness.ts'

// What rules call secret is kept sealed, wherever what a source said is kept.

const encryptionKey = generateEncryptionKey()
const harness = await createSourceHarness({ encryption: createEncryption([encryptionKey]) })
after(() => harness[Symbol.asyncDispose]())
const { database, clock } = harness.application
const { parts } = harness.application.application
const { signal } = new AbortController()

const canary = 'canary-4d1e'
const shown = { title: 'Engineer' }
const open = {
  ...simpleSourceRules,
  mappings: [
    ...simpleSourceRules.mappings,
    { target: 'nickName', kind: 'direct', source: 'tax' },
    { target: 'userType', kind: 'expression', expression: 'Join("-", "t", [tax])' },
  ],
  userName: { candidates: ['Join(".", [tax], [id])'] },
}
const secret = { ...open, columns: { tax: { isSecret: true } } }

const person = (id: string, tax = canary) => ({ id, name: `Person ${id}`, mail: `${id}@acme.example`, tax, ...shown })

/** Tables of sources in which a text stands, in whatever column. */
async function tablesWith(text: string): Promise<readonly string[]> {
  const { rows } = await database.query<{ name: string }>({
    text: `select table_name as name from information_schema.tables
      where table_schema = 'public' and table_name like 'source%' order by table_name`,
  })
  const found: string[] = []
  for (const { name } of rows) {
    const { rows: hits } = await database.query(
      { text: `select from ${name} t where t::text like $1 or t::text like $2 limit 1` },
      [`%${text}%`, `%${Buffer.from(text).toString('hex')}%`],
    )
    if (hits.length > 0) found.push(name)
  }
  return found
}

async function publish(place: string, rules: object, revision: number): Promise<void> {
  const saved = await harness.send('POST', `${place}/rules`, { body: { rules } })
  assert.ok(saved.status < 300, JSON.stringify(saved.body))
  const live = await harness.send('POST', `${place}/rules/publish`, { body: { revision } })
  assert.equal(live.status, 200, JSON.stringify(live.body))
}

async function planned(place: string, people: readonly object[]): Promise<string> {
  await harness.upload(place, people)
  const read = await harness.read(place)
  assert.equal(read.state, 'planned', JSON.stringify(read))
  return `/api/v1/organizations/acme/source-reads/${read.id}`
}

async function apply(harness: SourceHarness, at: string) {
  assert.equal((await harness.send('POST', `${at}/plan/apply`, { body: {} })).status, 200)
  await harness.work()
  return (await harness.send('GET', at)).body
}

test('a secret column lies sealed in what is staged, settled and planned, and still makes people and changes', async () => {
  const place = await harness.createSource('Sealed', { rules: secret, settings: { approval: 'always' } })
  const at = await planned(place, [person('a'), person('b'), { ...person('c'), tax: '' }])
  assert.deepEqual(await tablesWith(canary), [])
  const done = await apply(harness, at)
  assert.equal(done.counts.create, 3, JSON.stringify(done))
  const { rows } = await database.query<{ document: string }>({
    text: `select document from users where document like '%"Person a"%'`,
  })
  assert.match(rows[0]?.document ?? '', new RegExp(`"userType":"t-${canary}"`))
  // The same again changes nothing: what is sealed is compared by what it says.
  const same = await apply(harness, await planned(place, [person('a'), person('b'), { ...person('c'), tax: '' }]))
  assert.equal(same.counts.changed, 0)
  const changed = await apply(harness, await planned(place, [person('a', `${canary}-2`), person('b'), person('c', '')]))
  assert.equal(changed.counts.update, 1, JSON.stringify(changed))
  assert.deepEqual(await tablesWith(canary), [])
  const record = (await harness.send('GET', `${place}/records/a`)).body
  assert.equal(record.raw.tax, '[hidden]')
  assert.equal(record.raw.title, 'Engineer')
  assert.doesNotMatch(JSON.stringify(record), new RegExp(canary))
})

test('what was kept before its column was called secret is sealed afterwards, files too, and no record changes by it', async () => {
  const other = 'canary-earlier-9'
  const people = [person('x', `${other}-new`), person('y', other)]
  const place = await harness.createSource('Earlier', { rules: open, settings: { approval: 'never' } })
  await harness.upload(place, [person('x', other), person('y', other)])
  assert.equal((await harness.read(place)).counts.create, 2)
  await harness.upload(place, people)
  assert.equal((await harness.read(place)).counts.update, 1)
  assert.deepEqual(await tablesWith(other), ['source_operations', 'source_records'])
  // As it was kept when nothing was sealed.
  const vault = await openRecordVault(parts, clock())
  const { rows } = await database.query<{ id: string; file: string; org: string; start: number; content: Buffer }>({
    text: `select source_id as id, file_id as file, organization_id as org, start_byte as start, content
      from source_file_pieces order by file_id desc limit 1`,
  })
  const [piece] = rows
  assert.ok(piece)
  const plain = vault.openBytes(piece.content, `source_file_pieces/${piece.org}/${piece.file}/${piece.start}`)
  await database.query({ text: 'update source_file_pieces set content = $1 where file_id = $2' }, [plain, piece.file])
  await publish(place, secret, 2)
  await sealEarlier(parts, clock(), signal)
  assert.deepEqual(await tablesWith(other), [])
  const { rows: after } = await database.query<{ isSealed: boolean }>(
    { text: 'select get_byte(content, 0) = 1 as "isSealed" from source_file_pieces where file_id = $1' },
    [piece.file],
  )
  assert.deepEqual(after, [{ isSealed: true }])
  await sealEarlier(parts, clock(), signal)
  const again = await harness.read(place)
  assert.equal(again.state, 'done', JSON.stringify(again))
  assert.equal(again.counts.changed, 0, JSON.stringify(again.counts))
})

test('other encryption keys seal the key of records anew, and every record opens as before', async () => {
  const place = await harness.createSource('Rotated', { rules: secret, settings: { approval: 'never' } })
  await harness.upload(place, [person('r', `${canary}-r`)])
  assert.equal((await harness.read(place)).counts.create, 1)
  const { rows } = await database.query<{ org: string; id: string; raw: string }>({
    text: `select organization_id as org, source_id as id, raw from source_records where anchor = 'r'`,
  })
  const [row] = rows
  assert.ok(row)
  const next = generateEncryptionKey()
  const both = createEncryption([next, encryptionKey])
  assert.ok((await rotateSecrets(database, both, clock)) > 0)
  const vault = await openRecordVault({ database, encryption: createEncryption([next]) }, clock())
  const of = { organizationId: row.org, sourceId: row.id, part: 'raw', anchor: 'r' } as const
  assert.match(vault.open(row.raw, of), new RegExp(`${canary}-r`))
  assert.throws(() => vault.open(row.raw, { ...of, anchor: 's' }))
})
