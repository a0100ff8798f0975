import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { errorLanguages, errorText, listErrorCodes } from '@rollcall/admin-api'
import { createAdminHarness, type AdminHarness } from './admin-harness.ts'

let admin: AdminHarness
before(async () => {
  admin = await createAdminHarness()
})
after(() => admin[Symbol.asyncDispose]())

test('CON-D13: messages follow Accept-Language in four languages; codes, fields and values stay as they are', async () => {
  const asked = ['en', 'ko-KR,ko;q=0.9,en;q=0.8', 'ja', 'de;q=0.9, fr-CA;q=0.8']
  const answers = []
  for (const [index, header] of asked.entries()) {
    const language = errorLanguages[index]
    assert.ok(language !== undefined)
    const headers = { 'accept-language': header }
    const refused = await admin.send('POST', '/api/v1/organizations', { body: { slug: 'No', colour: 1 }, headers })
    assert.equal(refused.body.title, errorText('invalidRequest', language).title)
    assert.equal(refused.headers.get('content-language'), language)
    assert.match(refused.headers.get('vary') ?? '', /accept-language/)
    const { title: _, requestId: __, ...rest } = refused.body
    answers.push(rest)
    const catalogue = await admin.send('GET', '/api/v1/errors', { key: null, headers })
    for (const entry of catalogue.body.data) assert.equal(entry.remedy, errorText(entry.code, language).remedy)
  }
  for (const answer of answers) assert.deepEqual(answer, answers[0])
  assert.equal(answers[0]?.code, 'invalidRequest')
})

test('CON-D13: the page of an error is in the language of its reader, the address is the same for all', async () => {
  for (const language of errorLanguages)
    for (const accept of ['text/html', '*/*']) {
      const headers = { 'accept-language': language, accept }
      const page = await admin.application.fetch('/errors/versionMismatch', { headers })
      const text = await page.text()
      assert.ok(text.includes(errorText('versionMismatch', language).title), language)
      assert.ok(text.includes('currentVersion'))
      assert.equal(page.headers.get('content-language'), language)
      assert.equal(page.headers.get('vary'), 'accept, accept-language')
      if (accept === 'text/html') assert.match(text, new RegExp(`<html lang="${language}">`))
    }
  const unknown = await admin.application.fetch('/errors', { headers: { 'accept-language': 'zz' } })
  assert.equal(unknown.headers.get('content-language'), 'en')
  const text = await unknown.text()
  for (const code of listErrorCodes()) assert.ok(text.includes(code))
})
