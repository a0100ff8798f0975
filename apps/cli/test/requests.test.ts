import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { formatTypeId, parseTypeId } from '@rollcall/admin-api'
import { addRequestLogLines } from '../../server/test/harness/listening-application.ts'
import { createCliHarness, type CliHarness } from './cli-harness.ts'

let cli: CliHarness
let failedId = ''

before(async () => {
  cli = await createCliHarness()
  await cli.json('organization', 'create', '--slug', 'other')
  const { id } = await cli.json('organization', 'create', '--slug', 'acme')
  const organizationId = parseTypeId('org', id) ?? ''
  const ids = await addRequestLogLines(cli.application, [
    { organizationId, at: new Date(Date.now() - 7_200_000), status: 404 },
    { organizationId },
    {
      organizationId,
      method: 'PATCH',
      path: '/o/acme/scim/v2/Users/2819c223',
      status: 400,
      scimType: 'invalidValue',
      detail: 'active must be a boolean',
      rules: ['operationCase', 'booleanText'],
      externalId: '00u1',
      requestBody: '{"active":"maybe","password":"[redacted]"}',
      responseBody: '{"status":"400"}',
    },
  ])
  failedId = formatTypeId('req', ids[2] ?? '')
})
after(() => cli[Symbol.asyncDispose]())

test('requests list filters by failure, status class and time, newest first', async () => {
  const statuses = async (...filter: readonly string[]): Promise<number[]> => {
    const { data } = await cli.json('requests', 'list', '--organization', 'acme', ...filter)
    return data.map(({ status }: { status: number }) => status)
  }
  assert.deepEqual(await statuses(), [400, 200, 404])
  assert.deepEqual(await statuses('--failed'), [400, 404])
  assert.deepEqual(await statuses('--failed', '--since', '1h'), [400])
  assert.deepEqual(await statuses('--status', '4xx', '--until', '1h'), [404])
  assert.deepEqual(await statuses('--status', '200'), [200])
  assert.deepEqual(await statuses('--resource', '00u1', '--method', 'PATCH'), [400])
  const counted = await cli.json('requests', 'list', '--organization', 'acme', '--failed', '--limit', '1', '--total')
  assert.equal(counted.total, 2)
})

test('requests show prints method, path, status, rules and redacted bodies, and finds the organization by itself', async () => {
  const { stdout, code } = await cli.run('requests', 'show', failedId)
  assert.equal(code, 0)
  assert.match(stdout, /^PATCH \/o\/acme\/scim\/v2\/Users\/2819c223 → 400\n/)
  assert.match(stdout, /^rules +operationCase, booleanText$/m)
  assert.match(stdout, /^externalId +00u1$/m)
  assert.match(stdout, /"active": "maybe",\n {2}"password": "\[redacted\]"/)
  const json = await cli.json('requests', 'show', failedId)
  assert.deepEqual(json.rules, ['operationCase', 'booleanText'])
  assert.equal(json.requestBody, '{"active":"maybe","password":"[redacted]"}')
  const missing = await cli.run('requests', 'show', 'req_01h4zpwq00e008000000000000')
  assert.deepEqual([missing.code, missing.stdout], [1, ''])
})
