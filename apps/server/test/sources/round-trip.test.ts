import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSourceHarness, type SourceHarness } from './source-harness.ts'

let harness: SourceHarness
before(async () => {
  harness = await createSourceHarness()
  await harness.createOrganization('globex')
})
after(() => harness[Symbol.asyncDispose]())

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const at = (organization: string) => `/api/v1/organizations/${organization}`

type Resource = Record<string, unknown> & {
  readonly id: string
  readonly userName: string
  readonly [enterprise]?: { readonly manager?: { readonly value: string } }
}

async function addPerson(organization: string, attributes: object): Promise<string> {
  const made = await harness.send('POST', `${at(organization)}/people`, { body: { attributes, invite: false } })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body.id
}

async function exported(organization: string, path: string): Promise<string> {
  return (await exportedBytes(organization, path)).toString()
}

async function exportedBytes(organization: string, path: string): Promise<Buffer> {
  const headers = { authorization: `Bearer ${harness.instanceKey}` }
  const answer = await harness.application.fetch(`${at(organization)}/people/${path}`, { headers })
  assert.equal(answer.status, 200)
  return Buffer.from(await answer.arrayBuffer())
}

async function exportedResources(organization: string): Promise<ReadonlyMap<string, Resource>> {
  const text = await exported(organization, 'export-json-lines')
  const resources = text
    .trimEnd()
    .split('\n')
    .map((line): Resource => JSON.parse(line))
  return new Map(resources.map((resource) => [resource.userName, resource]))
}

/** What is the same in every organization: not ids, times, and whom an id names. */
function comparable(resources: ReadonlyMap<string, Resource>): ReadonlyMap<string, unknown> {
  const names = new Map([...resources.values()].map(({ id, userName }) => [id, userName]))
  return new Map(
    [...resources].map(([userName, resource]) => {
      const { id: _, meta: __, [enterprise]: extension, ...rest } = resource
      const manager = extension?.manager?.value
      const said = extension && { ...extension, ...(manager !== undefined && { manager: names.get(manager) }) }
      return [userName, { ...rest, ...(said && { [enterprise]: said }) }]
    }),
  )
}

/** Imports a file into an organization: source, rules, upload, plan, apply; the counts of the plan. */
async function importInto(organization: string, source: object, content: string): Promise<string> {
  const made = await harness.send('POST', `${at(organization)}/sources`, { body: source })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const place = `${at(organization)}/sources/${made.body.id}`
  await harness.send('POST', `${place}/rules/publish`, { body: { revision: 1 } })
  return importAgain(organization, place, content)
}

async function importAgain(organization: string, place: string, content: string): Promise<string> {
  const headers = { 'content-type': 'application/octet-stream' }
  const file = await harness.send('POST', `${place}/files?name=people`, { body: content, headers })
  assert.equal(file.status, 201, JSON.stringify(file.body))
  const read = await harness.send('POST', `${place}/reads`, { body: {} })
  await harness.work()
  const path = `${at(organization)}/source-reads/${read.body.id}`
  const { body: plan } = await harness.send('GET', `${path}/plan`)
  if (plan.state === 'planned') {
    const applied = await harness.send('POST', `${path}/plan/apply`, { body: {} })
    assert.equal(applied.status, 200, JSON.stringify(applied.body))
    await harness.work()
  }
  const { body: last } = await harness.send('GET', path)
  assert.equal(last.state, 'done', JSON.stringify(last))
  return plan.summary
}

test('CON-K3: JSON Lines of SCIM users are a loss-less export; importing them elsewhere gives the same people, twice as well as once', async () => {
  const boss = await addPerson('acme', {
    userName: 'boss@acme.test',
    displayName: 'Ünal 山田 김',
    name: { givenName: 'Ü', familyName: 'Nal', honorificPrefix: 'Dr.' },
    emails: [
      { value: 'boss@acme.test', type: 'work', primary: true },
      { value: 'b@home.test', type: 'home' },
    ],
    phoneNumbers: [{ value: '+49 30 1', type: 'work' }],
    addresses: [{ type: 'work', locality: 'Berlin', country: 'DE', primary: true }],
    timezone: 'Europe/Berlin',
    [enterprise]: { employeeNumber: '1', department: 'Board' },
  })
  const { body: shown } = await harness.send('GET', `${at('acme')}/people/${boss}`)
  await addPerson('acme', {
    userName: 'ann@acme.test',
    externalId: 'A-1',
    title: '=1+1',
    active: true,
    [enterprise]: { manager: { value: shown.attributes?.id ?? shown.scimId }, costCenter: 'x' },
  })
  const left = await addPerson('acme', { userName: 'left@acme.test' })
  assert.equal((await harness.send('POST', `${at('acme')}/people/${left}/suspend`, { body: {} })).status, 200)

  const lines = await exported('acme', 'export-json-lines')
  const source = { name: 'Moved', place: { kind: 'file', format: 'jsonl' }, preset: 'scim' }
  assert.equal(await importInto('globex', source, lines), 'create 3')
  const [before, moved] = [await exportedResources('acme'), await exportedResources('globex')]
  assert.equal(moved.size, 3)
  assert.deepEqual(comparable(moved), comparable(before))

  // The same again through another source: found by externalId or userName, and nothing is to be done but to link.
  const again = await importInto('globex', { ...source, name: 'Again' }, lines)
  assert.ok(!again.includes('create') && !again.includes('update'), again)
  assert.deepEqual(comparable(await exportedResources('globex')), comparable(before))
})

test('CON-K2: what a spreadsheet would compute is guarded in an export, and comes back as it was by an import', async () => {
  const odd = ['=1+1', '+49 30', '-x', '@cmd', "'quoted", '12', '-12.5', 'plain, "both"\nlines']
  for (const [index, displayName] of odd.entries())
    await addPerson('acme', { userName: `odd${index}@acme.test`, displayName })
  const csv = await exported('acme', 'export?search=odd')
  assert.ok(csv.includes("'=1+1") && csv.includes("'+49 30") && csv.includes("''quoted"), csv)
  const rules = {
    anchor: 'id',
    mappings: ['userName', 'displayName'].map((name) => ({ target: name, kind: 'direct', source: name })),
    correlation: [[{ target: 'userName', source: 'userName' }]],
  }
  const place = { kind: 'file', format: 'csv', csv: { unguard: true } }
  assert.equal(await importInto('globex', { name: 'Table', place, rules }, csv), `create ${odd.length}`)
  const moved = await exportedResources('globex')
  assert.deepEqual(
    odd.map((_, index) => moved.get(`odd${index}@acme.test`)?.['displayName']),
    odd,
  )
})

test('CON-K1: an export is CSV in UTF-8 with a header by RFC 4180, with a byte order mark for those who ask', async () => {
  await addPerson('acme', { userName: 'golden@acme.test', displayName: 'Go "Lden", 山田', name: { givenName: 'Go' } })
  const plain = await exported('acme', 'export?search=golden')
  const bytes = await exportedBytes('acme', 'export?search=golden&mark=true')
  assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf])
  assert.equal(bytes.subarray(3).toString(), plain)
  const [header, row, rest] = plain.split('\r\n')
  assert.equal(
    header,
    'id,scimId,externalId,userName,login,displayName,givenName,familyName,email,state,owner,connectionId,connection,createdAt,updatedAt,stateChangedAt',
  )
  assert.match(row ?? '', /,golden@acme\.test,,"Go ""Lden"", 山田",Go,,,active,/)
  assert.equal(rest, '')
})
