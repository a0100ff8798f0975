import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { createTestDatabase } from '../harness/database.ts'
import { createMailbox } from '../harness/mailbox.ts'
import { provisionProcess } from '../harness/provision-process.ts'
import { createScimClient } from '../harness/scim-over-http.ts'
import { spawnRollcall, startServer, temporaryFolder } from '../harness/spawn.ts'

test('AC-D3: two processes on one database send one mail for each of 20 people, whose link works', async () => {
  await using own = await createTestDatabase()
  await using mailbox = await createMailbox()
  using folder = temporaryFolder()
  const environment = {
    DATABASE_URL: own.url,
    ROLLCALL_DATA_DIR: folder.path,
    LOG_LEVEL: 'warn',
    SMTP_URL: `smtp://127.0.0.1:${mailbox.port}?tls=none`,
    MAIL_FROM: 'people@acme.example',
  }
  await using server = await startServer({ environment })
  const tenant = await provisionProcess(server.url, folder.path)
  await using worker = spawnRollcall({
    arguments: ['work'],
    environment: { ...environment, ROLLCALL_PUBLIC_URL: server.url },
  })
  await worker.waitFor(/Rollcall worker ready/)
  const scim = createScimClient(server.url, tenant.key)
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User']
  for (let n = 0; n < 20; n++) {
    const created = await scim('POST', '/Users', {
      schemas,
      userName: `person${n}@acme.example`,
      preferredLanguage: 'fr',
    })
    assert.equal(created.status, 201, created.text)
  }
  for (let attempt = 0; mailbox.received.length < 20; attempt++) {
    assert.ok(attempt < 200, `${mailbox.received.length} mails`)
    await sleep(50)
  }
  await sleep(1_500)
  assert.deepEqual(
    mailbox.received.map(({ to }) => to.join()).toSorted(),
    Array.from({ length: 20 }, (_, n) => `person${n}@acme.example`).toSorted(),
  )
  const [mail] = mailbox.received
  assert.equal(mail?.headers.get('subject'), 'Invitation à rejoindre acme')
  const link = /^http\S+$/m.exec(mail?.text ?? '')?.[0] ?? ''
  assert.ok(link.startsWith(`${server.url}/invitations/`), link)
  const accepted = await fetch(link, { method: 'POST' })
  assert.equal(accepted.status, 200)
  assert.match(await accepted.text(), /Votre compte chez acme est maintenant actif/)
  const metrics = await (await fetch(`${server.url}/metrics`)).text()
  for (const queue of ['invitations', 'mails'])
    for (const name of ['queue_depth', 'oldest_seconds'])
      assert.match(metrics, new RegExp(`^rollcall_jobs_${name}\\{queue="${queue}"\\} 0$`, 'm'))
  assert.deepEqual(await worker.stop(), { code: 0, signal: null })
})
