import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSetupLink } from '../../src/access/setup-links.ts'
import { createTestApplication } from '../harness/application.ts'

test('the set-up link makes an organization with a built-in owner, who goes on to a second step', async () => {
  await using application = await createTestApplication()
  const path = `/setup/${await createSetupLink(application.database, application.clock())}`
  const post = (form: Readonly<Record<string, string>>) =>
    application.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(form).toString(),
    })
  const page = await (await application.fetch(path)).text()
  for (const name of ['slug', 'email', 'password']) assert.match(page, new RegExp(`name="${name}"`))
  const good = { slug: 'acme', email: 'owner@acme.example', password: 'quiet otters borrow lamps' }
  for (const flaw of [{ slug: '-x' }, { email: 'nobody' }, { password: 'short' }, { password: 'owner@acme.example' }]) {
    const refused = await post({ ...good, ...flaw })
    assert.equal(refused.status, 422, JSON.stringify(flaw))
    assert.match(await refused.text(), /role="alert"/)
  }
  const made = await post(good)
  assert.equal(made.status, 200)
  const text = await made.text()
  const key = /rc_ins_\w+/.exec(text)?.[0]
  assert.match(text, /href="https:\/\/rollcall\.test\/sign-in\/second-step"/)
  assert.match(made.headers.get('set-cookie') ?? '', /^__Host-rollcall_session=rc_ses_/)
  assert.equal((await post(good)).status, 410)

  // What is not there fails the assertions.
  type Listed = { readonly data: readonly Record<string, string>[]; readonly isBuiltIn: boolean }
  const ask = async (below: string): Promise<Listed> => {
    const headers = { authorization: `Bearer ${key}` }
    return (await application.fetch(`/api/v1/organizations/acme${below}`, { headers })).json() as Promise<Listed>
  }
  const [person] = (await ask('/people')).data
  assert.ok(person !== undefined)
  assert.deepEqual([person['userName'], person['state']], ['owner@acme.example', 'active'])
  assert.equal((await ask(`/people/${person['id']}/sign-in`)).isBuiltIn, true)
  const roles = await ask('/role-assignments')
  assert.match(JSON.stringify(roles.data), /"owner"/)
  const headers = { authorization: `Bearer ${key}` }
  const operators = await (await application.fetch('/api/v1/instance/operators', { headers })).text()
  assert.match(operators, /"userName":"owner@acme\.example"/, 'the first owner runs the server')
})

test('when the set-up fails half-way nothing of it stays, and the link is good for another try', async () => {
  await using application = await createTestApplication()
  const { database } = application
  const path = `/setup/${await createSetupLink(database, application.clock())}`
  const form = { slug: 'acme', email: 'owner@acme.example', password: 'quiet otters borrow lamps' }
  const post = () =>
    application.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' },
      body: new URLSearchParams(form).toString(),
    })
  await database.query({
    text: `create function break_password() returns trigger language plpgsql as $$ begin raise exception 'broken'; end $$`,
  })
  await database.query({
    text: 'create trigger broken before insert on passwords for each row execute function break_password()',
  })
  assert.equal((await post()).status, 500)
  const text = `select (select count(*) from organizations) + (select count(*) from users) + (select count(*) from instance_keys)
    as count`
  assert.equal((await database.query<{ count: number }>({ text })).rows[0]?.count, 0)
  await database.query({ text: 'drop trigger broken on passwords' })
  const made = await post()
  assert.equal(made.status, 200)
  assert.match(await made.text(), /rc_ins_\w+/)
})
