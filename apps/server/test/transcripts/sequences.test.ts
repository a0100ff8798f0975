import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { startMemory } from './memory-target.ts'
import { type TargetFactory, playSequence } from './play.ts'
import { startServer } from './server-target.ts'
import { type Sequence, readAllSequences } from './transcript.ts'

const sequences = readAllSequences(join(import.meta.dirname, 'sequences'))

/** What Entra ID's tenant URL ends in when its newer PATCH shapes are asked for. */
const flag = 'aadOptscim062020'

const targets = [
  { name: 'the library on its store in memory', start: startMemory },
  { name: 'the server on PostgreSQL', start: startServer },
]

for (const { name, start } of targets)
  describe(name, () => {
    let factory: TargetFactory | undefined
    before(async () => {
      factory = await start()
    })
    after(() => factory?.[Symbol.asyncDispose]())
    const play = createPlayer(() => factory)

    for (const { file, name: sequence } of sequences)
      test(`${file}: ${sequence}`, () => play(file.replace('.json', ''), sequence))

    test('AC-E1: the connection test of Entra ID gets 200 with an empty list', () => play('entra', 'test connection'))
    test('AC-D2: the flag of the tenant URL is tolerated', () => play('entra', 'test connection', flag))
    test('AC-E2: every answer is application/scim+json', () => play('entra', 'content type of every answer'))
    test('AC-E3: operations in capitals', () => play('entra', 'patch: one attribute a step'))
    test('AC-E4: booleans as text', () => play('entra', 'disable and enable'))
    test('AC-E5: dotted and URN-qualified keys in one value', () =>
      play('entra', 'patch: one operation without a path for many attributes'))
    test('AC-E6: members are removed by both shapes', () => play('entra', 'groups'))
    test('AC-E7: an element that is not there is created', () =>
      play('entra', 'patch: an element that is not there is created'))
    test('AC-E8: a manager in four shapes is one stored manager', () => play('entra', 'manager in every shape'))
    test('AC-E9: nulls, a misspelt URN, a foreign group schema and meta are taken', async () => {
      await play('entra', 'create with nulls and the misspelt URN')
      await play('entra', 'groups')
    })
    test('AC-E10: a role as JSON text', () => play('entra', 'roles'))
    test('AC-E11: values and names without regard to case', () => play('entra', 'lookups'))
    test('AC-E12: excludedAttributes=members holds for one group and for lists', () => play('entra', 'groups'))
    test('AC-E13: PATCH of a group answers 204 without a body', () => play('entra', 'groups'))
    test('AC-E16: schemas are a list without nulls', () => play('entra', 'discovery'))
    test('AC-E17: unquoted and compound filters', () => play('microsoft-postman', 'filters of the Postman collection'))
    test('AC-E18: a disabled user is found by id and by filter', () => play('entra', 'disable and enable'))
    test('AC-E46: old and new shapes, with and without the flag', async () => {
      for (const { file, name: sequence } of sequences)
        if (/^(?:entra|microsoft-postman)\.json$/.test(file)) await play(file.replace('.json', ''), sequence, flag)
    })
    test('AC-E47: cursors, ew and membership tests as Entra’s own server has them', async () => {
      await play('entra-server', 'cursors')
      await play('entra-server', 'filters of Entra’s server')
      await play('entra-server', 'patch as Entra’s server takes it')
    })

    test('AC-O1: Okta’s specification suite, step by step', () => play('okta', 'specification suite'))
    test('AC-O2: a wrong token gets 401 as a SCIM error', () => play('okta', 'specification suite'))
    test('AC-O3: an unknown id gets 404 as a SCIM error', () => play('okta', 'specification suite'))
    test('AC-O4: a second POST of one user gets 409', () => play('okta', 'create with Okta’s noise'))
    test('AC-O5: the lookup by userName', () => play('okta', 'lookup'))
    test('AC-O6: password, groups and locale of a created user', () => play('okta', 'create with Okta’s noise'))
    test('AC-O7: 201 carries the whole user', () => play('okta', 'create with Okta’s noise'))
    test('AC-O8: PUT of what was read', async () => {
      await play('okta', 'update by PUT of what was read')
      await play('okta', 'PUT of exactly what was read')
    })
    test('AC-O9: deactivation without a path', () => play('okta', 'deactivate and reactivate without a path'))
    test('AC-O11: reactivation keeps the id', () => play('okta', 'CRUD suite'))
    test('AC-O12: group push', () => play('okta', 'group push'))
    test('AC-O13: a rename that renames nothing keeps the version', () => play('okta', 'group push'))
    test('AC-O14: the lookup of a group by displayName', () => play('okta', 'group push'))
    test('AC-O15: a deleted group leaves its people', () => play('okta', 'group push'))
    test('AC-O16: numbers of a page are numbers', () => play('okta', 'lookup'))
    test('AC-O17: the order of pages holds while people are added', () => play('okta', 'paging is stable'))
    test('AC-O21: both media types, also on GET', () => play('okta', 'content types'))
    test('AC-O22: empty values unassign', () => play('okta', 'empty values'))
    test('AC-O24: discovery and a page of one', () => play('okta', 'discovery for entitlements'))

    test('AC-D16: userName, active, title, e-mails, name.formatted and roles are kept', () =>
      play('datadog', 'the six attributes of a person'))

    test('AC-G2: paths are case-sensitive', () => play('github', 'first check'))
    test('AC-G3: style github demands a User-Agent', () => play('github', 'User-Agent'))
    test('AC-G8: the documented filters', () => play('github', 'filters'))
    test('AC-G9: thirty a page by default', () => play('github', 'page size'))
    test('AC-G10: excludedAttributes=members', () => play('github', 'filters'))
    test('AC-G11: a missing required attribute is named', () => play('github', 'create'))
    test('AC-G12: a second userName or externalId gets 409', () => play('github', 'create'))
    test('AC-G15: a rename keeps the id', () => play('github', 'update'))
    test('AC-G18: single quotes in a path', () => play('github', 'update'))
    test('AC-G19: PUT clears what it leaves out and demands what is required', () => play('github', 'update'))
    test('AC-G23: suspended people are listed, deleted ones not', () => play('github', 'update'))
  })

test('a sequence that is not answered as expected is reported step by step', async () => {
  await using factory = await startMemory()
  await using target = await factory.open('rollcall')
  const problems = await playSequence(
    {
      name: 'wrong',
      file: 'none',
      style: 'rollcall',
      headers: {},
      steps: [
        {
          name: 'a list',
          method: 'GET',
          path: '/Users',
          expected_status: 201,
          expect: [
            { path: 'totalResults', equals: 1 },
            { path: 'Resources', not_empty: true },
            { path: 'schemas[0]', equals_string: 'x' },
            { path: 'itemsPerPage', type: 'string' },
            { path: 'Resources', length: 1 },
            { path: 'totalResults', exists: false },
            { lacks_key: 'totalResults' },
            { lacks_text: 'ListResponse' },
            { no_body: true },
            { header: 'content-type', contains: 'html' },
          ],
        },
      ],
    },
    target,
  )
  assert.equal(problems.length, 11, problems.join('\n'))
})

/** Plays each sequence once for each target; several rows may ask for the same one. */
function createPlayer(
  findFactory: () => TargetFactory | undefined,
): (file: string, name: string, query?: string) => Promise<void> {
  const played = new Map<string, Promise<readonly string[]>>()
  return async (file, name, query) => {
    const found = sequences.find((sequence) => sequence.file === `${file}.json` && sequence.name === name)
    assert.ok(found, `no sequence "${name}" in ${file}.json`)
    const key = JSON.stringify([file, name, query])
    const problems = played.get(key) ?? playOn(found, findFactory(), query)
    played.set(key, problems)
    assert.deepEqual(await problems, [])
  }
}

async function playOn(
  sequence: Sequence,
  factory: TargetFactory | undefined,
  query: string | undefined,
): Promise<readonly string[]> {
  assert.ok(factory, 'the target did not start')
  await using target = await factory.open(sequence.style)
  return await playSequence(sequence, target, query === undefined ? {} : { query })
}
