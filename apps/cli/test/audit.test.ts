import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { parseTypeId } from '@rollcall/admin-api'
import { addRequestLogLines } from '../../server/test/harness/listening-application.ts'
import { sealAll } from '../../server/test/harness/seal-audit.ts'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
let organization = ''

before(async () => {
  cli = await createCliHarness()
  const { id } = await cli.json('organization', 'create', '--slug', 'acme')
  organization = id
  const organizationId = parseTypeId('org', id) ?? ''
  const refused = { organizationId, method: 'POST', path: '/o/acme/scim/v2/Users', status: 409 }
  await addRequestLogLines(cli.application, [
    { ...refused, requestBody: '{"userName":"ada@example.com"}' },
    { ...refused, status: 400 },
  ])
  await sealAll(cli.application)
})
after(() => cli[Symbol.asyncDispose]())

test('audit list shows in each line the targets, or whom a request named that came to nothing, or what was asked', async () => {
  const { stdout } = await cli.run('audit', 'list', '--organization', 'acme')
  assert.match(stdout, /^SEQUENCE +AT +ACTION +RESULT +ACTOR +TARGETS +ID$/m)
  assert.match(stdout, new RegExp(` organization\\.created .* ${organization} +aud_`))
  assert.match(stdout, / external_identity\.scim_api_failure .* ada@example\.com +aud_/)
  assert.match(stdout, / external_identity\.scim_api_failure .* POST \/o\/acme\/scim\/v2\/Users +aud_/)
})

test('audit list in the other formats has the targets as the API answers them', async () => {
  const { data } = await cli.json('audit', 'list', '--organization', 'acme', '--query', 'result:failure')
  assert.deepEqual(
    data.map(({ targets }: { targets: unknown }) => targets),
    [[], []],
  )
})
