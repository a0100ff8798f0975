import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { instanceFileName, writeInstanceFile } from '../../src/access/instance-keys.ts'
import { getInstanceSecret } from '../../src/access/instance-secrets.ts'
import { createKeyText, hashKeyText, parseKeyText } from '../../src/access/key-text.ts'
import { createSetupLink, setupLinkDays } from '../../src/access/setup-links.ts'
import { createEncryption, generateEncryptionKey } from '../../src/encryption.ts'
import { chooseLanguage } from '../../src/language.ts'
import { onReady } from '../../src/on-ready.ts'
import { createTestProvisioning, type TestProvisioning } from '../harness/provisioning.ts'

let server: TestProvisioning
let dataDir: string
before(async () => {
  server = await createTestProvisioning()
  dataDir = await mkdtemp(join(tmpdir(), 'rollcall-instance-'))
})
after(async () => {
  await server.close()
  await rm(dataDir, { recursive: true })
})

const dayMs = 86_400_000

async function readInstance(): Promise<{ readonly url: string; readonly key: string }> {
  const content: unknown = JSON.parse(await readFile(join(dataDir, instanceFileName), 'utf8'))
  assert.ok(typeof content === 'object' && content !== null && 'url' in content && 'key' in content)
  return { url: String(content.url), key: String(content.key) }
}

test('the first start writes instance.json with a key that works, for the owner of the folder only', async () => {
  await writeInstanceFile(server.database, { dataDir, url: 'http://127.0.0.1:1', now: server.clock() })
  const first = await readInstance()
  assert.equal((await stat(join(dataDir, instanceFileName))).mode & 0o777, 0o600)
  assert.equal(parseKeyText(first.key)?.kind, 'ins')
  const answer = await server.send('/api/v1/organizations', { headers: { authorization: `Bearer ${first.key}` } })
  assert.equal(answer.status, 200)
})

test('a later start keeps the key and writes the address that holds now', async () => {
  const before = await readInstance()
  await writeInstanceFile(server.database, { dataDir, url: 'https://id.example.com/x', now: server.clock() })
  assert.deepEqual(await readInstance(), { url: 'https://id.example.com/x', key: before.key })
})

test('a key that this database does not know, a revoked one and a damaged file are replaced', async () => {
  const path = join(dataDir, instanceFileName)
  const replaced = async () => {
    await writeInstanceFile(server.database, { dataDir, url: 'http://x', now: server.clock() })
    return (await readInstance()).key
  }
  const stranger = createKeyText('ins', '000000')
  await writeFile(path, JSON.stringify({ url: 'http://x', key: stranger }))
  const second = await replaced()
  assert.notEqual(second, stranger)
  await server.database.query({ text: 'update instance_keys set revoked_at = created_at where hash = $1' }, [
    hashKeyText(second),
  ])
  const third = await replaced()
  assert.notEqual(third, second)
  await writeFile(path, '{')
  assert.notEqual(await replaced(), third)
})

test('the first boot prints one link, later ones none while it waits; ten processes at once print one', async () => {
  await using fresh = await createTestProvisioning({ settings: { ROLLCALL_DATA_DIR: dataDir } })
  const printed = (await Promise.all(Array.from({ length: 10 }, () => onReady(fresh.application.parts)))).flat()
  assert.equal(printed.length, 1)
  assert.match(printed[0] ?? '', /https:\/\/rollcall\.test\/setup\/rc_set_[0-9A-Za-z]{34}$/)
  fresh.clock.advance(setupLinkDays * dayMs + 1)
  assert.equal((await onReady(fresh.application.parts)).length, 1)
})

test('GET of the link shows a button and uses nothing up; POST shows the key once, with the next two commands', async () => {
  const token = await createSetupLink(server.database, server.clock())
  const path = `/setup/${token}`
  for (let visit = 0; visit < 3; visit++) {
    const page = await server.send(path)
    assert.equal(page.status, 200)
    assert.match(page.text, /<form method="post"><button/)
    assert.doesNotMatch(page.text, /rc_ins_/)
  }
  const made = await server.send(path, { method: 'POST' })
  assert.equal(made.status, 200)
  const key = /rc_ins_[0-9A-Za-z]{34}/.exec(made.text)?.[0]
  assert.match(made.text, /rollcall -- organization create --slug acme/)
  assert.match(made.text, /rollcall -- key create --organization acme/)
  const answer = await server.send('/api/v1/organizations', { headers: { authorization: `Bearer ${key}` } })
  assert.equal(answer.status, 200)
  const again = await server.send(path, { method: 'POST' })
  assert.equal(again.status, 410)
  assert.match(again.text, /used already/)
  assert.doesNotMatch(again.text, /rc_ins_/)
  assert.equal(await createSetupLink(server.database, server.clock()), undefined)
})

test('of two clicks at once one gets the key; expired and unknown links explain themselves', async () => {
  await using fresh = await createTestProvisioning()
  const token = await createSetupLink(fresh.database, fresh.clock())
  fresh.clock.advance(setupLinkDays * dayMs)
  const expired = await fresh.send(`/setup/${token}`)
  assert.deepEqual([expired.status, /has expired/.test(expired.text)], [410, true])
  const unknown = await fresh.send(`/setup/${createKeyText('set', '000000')}`)
  assert.deepEqual([unknown.status, /not known/.test(unknown.text)], [404, true])
  assert.equal((await fresh.send('/setup/junk')).status, 404)
  assert.equal((await fresh.send(`/setup/${token}`, { method: 'PUT' })).status, 405)
  const second = await createSetupLink(fresh.database, fresh.clock())
  const clicks = await Promise.all(Array.from({ length: 5 }, () => fresh.send(`/setup/${second}`, { method: 'POST' })))
  assert.deepEqual(
    clicks.map((click) => click.status).toSorted((a, b) => a - b),
    [200, 410, 410, 410, 410],
  )
})

test('the page speaks four languages, loads nothing, and no other page may frame or keep it', async () => {
  const words = { en: 'used already', ko: '이미 사용한', ja: '使用済み', fr: 'déjà été utilisé' }
  await using fresh = await createTestProvisioning()
  const path = `/setup/${await createSetupLink(fresh.database, fresh.clock())}`
  await fresh.send(path, { method: 'POST' })
  for (const [language, word] of Object.entries(words)) {
    const page = await fresh.send(path, { headers: { 'accept-language': `xx, ${language}-XX;q=0.9, en;q=0.1` } })
    assert.match(page.text, new RegExp(`<html lang="${language}">`))
    assert.ok(page.text.includes(word), language)
    const policy = page.headers.get('content-security-policy') ?? ''
    assert.match(
      policy,
      /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    )
    assert.equal(page.headers.get('cache-control'), 'no-store')
    assert.equal(page.headers.get('referrer-policy'), 'no-referrer')
    assert.doesNotMatch(page.text, /(?:src|href)=|url\(|<script/)
  }
  assert.equal(chooseLanguage('de, ja;q=0.2, ko;q=0.7'), 'ko')
  assert.equal(chooseLanguage(null), 'en')
  assert.equal(chooseLanguage('fr;q=0, *'), 'en')
})

test('a secret of the instance is made once, sealed, and the same in every process that has the encryption key', async () => {
  const [one, other] = [generateEncryptionKey(), generateEncryptionKey()]
  const request = { name: 'test.secret', now: server.clock() }
  const get = (keys: readonly string[]) => getInstanceSecret(server.database, createEncryption(keys), request)
  const secrets = await Promise.all(Array.from({ length: 5 }, () => get([one])))
  assert.equal(new Set(secrets.map((secret) => Buffer.from(secret).toString('hex'))).size, 1)
  assert.deepEqual(await get([other, one]), secrets[0])
  await assert.rejects(get([other]), /No encryption key/)
})
