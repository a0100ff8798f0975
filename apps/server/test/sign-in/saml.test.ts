import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createSamlHarness, type SamlHarness } from './saml-harness.ts'

let saml: SamlHarness

before(async () => {
  saml = await createSamlHarness()
  const made = await saml.api('POST', '/people', {
    attributes: {
      userName: 'ada@acme.example',
      emails: [{ value: 'old@acme.example' }, { value: 'other@acme.example', primary: true }],
    },
    invite: false,
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
})
after(() => saml[Symbol.asyncDispose]())

test('AC-D30: whoever the identity provider vouches for is signed in; names and mail become what it says', async () => {
  const answer = await saml.signIn({ attributes: { givenName: 'Ada', sn: 'Lovelace', mail: 'ada@acme.example' } })
  assert.equal(
    answer.status,
    303,
    (await answer.text()) +
      JSON.stringify(
        await saml.admin.application.database.query({ text: 'select code, detail from sign_in_failures' }),
      ),
  )
  assert.match(answer.headers.get('set-cookie') ?? '', /__Host-rollcall_session=/)
  const { data } = (await saml.api('GET', '/people')).body
  console.log(JSON.stringify(data))
})
