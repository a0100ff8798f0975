import assert from 'node:assert/strict'
import { copyFile, mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { systemClock } from '../../src/clock.ts'
import { migrate, readMigrations } from '../../src/db/migrate.ts'
import { createEmptyDatabase } from '../harness/database.ts'
import { currentRun } from '../harness/run.ts'
import { createInvitationHarness, patchOf } from './invitation-harness.ts'

test('whoever is in the queue is listed as invited, and sent again, withdrawn or linked like everybody', async () => {
  await using site = await createInvitationHarness()
  for (const name of ['listed', 'resent', 'revoked', 'shared'])
    await site.createPerson(`${name}@queue.example`, { emails: [{ value: `${name}@queue.example`, primary: true }] })
  const listed = await site.findInvitation('listed@queue.example')
  assert.deepEqual(
    { state: listed.state, expiresAt: listed.expiresAt, endedAt: listed.endedAt },
    { state: 'open', expiresAt: null, endedAt: null },
  )
  assert.equal((await site.manage('GET', '/invitations?state=open&total=true')).body.total, 4)
  assert.deepEqual((await site.manage('GET', `/invitations/${listed.id}`)).body, listed)

  const resent = await site.findInvitation('resent@queue.example')
  assert.notEqual((await site.manage('POST', `/invitations/${resent.id}/resend`)).body.id, resent.id)
  assert.equal((await site.manage('GET', `/invitations/${resent.id}`)).body.state, 'replaced')
  const revoked = await site.findInvitation('revoked@queue.example')
  assert.equal((await site.manage('POST', `/invitations/${revoked.id}/revoke`)).body.state, 'revoked')
  const shared = await site.findInvitation('shared@queue.example')
  assert.equal((await site.manage('POST', `/invitations/${shared.id}/link`)).status, 200)

  await site.work()
  assert.equal((await site.findInvitation('listed@queue.example')).id, listed.id)
  for (const [name, mails] of Object.entries({ listed: 1, resent: 1, revoked: 0, shared: 1 }))
    assert.equal(await site.countMails(`${name}@queue.example`), mails, name)
})

test('who is suspended before a worker came is not invited, and is when the suspension ends', async () => {
  await using site = await createInvitationHarness()
  const { id } = await site.createPerson('soon@queue.example', {
    emails: [{ value: 'soon@queue.example', primary: true }],
  })
  const setActive = (value: boolean) =>
    site.scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value }))
  await setActive(false)
  await site.work()
  assert.equal(await site.countMails('soon@queue.example'), 0)
  assert.equal(await site.findInvitation('soon@queue.example'), undefined)
  await setActive(true)
  await site.work()
  assert.equal(await site.countMails('soon@queue.example'), 1)
})

test('a suspension that meets a worker in the middle of its work ends what the worker makes', async () => {
  await using site = await createInvitationHarness()
  const { id } = await site.createPerson('met@queue.example', {
    emails: [{ value: 'met@queue.example', primary: true }],
  })
  const suspend = () => site.scim('PATCH', `/Users/${id}`, patchOf({ op: 'replace', path: 'active', value: false }))
  await Promise.all([site.work(), suspend(), site.work()])
  const { rows } = await site.application.database.query<{ live: number; queued: number }>({
    text: `select (select count(*) from invitations where state in ('due', 'open')) as live,
      (select count(*) from invitation_dues) as queued`,
  })
  assert.deepEqual(rows, [{ live: 0, queued: 0 }])
})

test('the migration moves invitations without a mail into the queue under their ids, and no other', async () => {
  await using empty = await createEmptyDatabase()
  const directory = new URL('../../src/db/migrations/', import.meta.url)
  const older = await mkdtemp(join(currentRun().directory, 'before-queue-'))
  for (const { name } of (await readMigrations()).slice(0, 10))
    await copyFile(new URL(name, directory), join(older, name))
  await migrate(empty.database, {
    mode: 'auto',
    clock: systemClock,
    directory: pathToFileURL(`${older}/`),
  })
  const organization = '00000000-0000-7000-8000-0000000000aa'
  const idOf = (n: number) => `00000000-0000-7000-8000-00000000000${n}`
  await empty.database.query(
    {
      text: `insert into invitations (organization_id, id, user_id, state, recipient, created_at, expires_at) values
        ($1, $2, $2, 'due', null, '2026-01-01', null),
        ($1, $3, $3, 'due', 'moved@queue.example', '2026-01-02', '2026-01-09'),
        ($1, $4, $4, 'open', 'open@queue.example', '2026-01-03', '2026-01-10')`,
    },
    [organization, idOf(1), idOf(2), idOf(3)],
  )
  await migrate(empty.database, { mode: 'auto', clock: systemClock })
  const queued = await empty.database.query({ text: 'select id, user_id, created_at from invitation_dues' })
  assert.deepEqual(queued.rows, [{ id: idOf(1), user_id: idOf(1), created_at: new Date('2026-01-01T00:00:00Z') }])
  const kept = await empty.database.query<{ id: string; state: string }>({
    text: 'select id, state from invitations order by id',
  })
  assert.deepEqual(kept.rows, [
    { id: idOf(2), state: 'due' },
    { id: idOf(3), state: 'open' },
  ])
})
