import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourceCredentials, sourcePlace } from '@rollcall/admin-api'

test('an address with a user name or password in it is refused, with the field to use instead', () => {
  const url = 'https://hr:secret@hr.example/people'
  for (const place of [
    { kind: 'url' },
    { kind: 'scim' },
    { kind: 'http', recordsAt: 'data', paging: { style: 'none' } },
  ]) {
    const refused = sourcePlace.safeParse({ ...place, url })
    assert.match(refused.error?.issues[0]?.message ?? '', /put them into `credentials`/, place.kind)
    assert.ok(sourcePlace.safeParse({ ...place, url: 'https://hr.example/people' }).success, place.kind)
  }
  const oauth = { kind: 'oauth', tokenUrl: url, clientId: 'a', clientSecret: 'b' }
  assert.match(sourceCredentials.safeParse(oauth).error?.issues[0]?.message ?? '', /clientId and clientSecret/)
})
