import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsole, type ConsoleSite } from './console-harness.ts'
import { startInputMethod } from './input-method.ts'

let console: ConsoleSite

before(async () => {
  console = await createConsole()
  await console.addPeople(5)
})
after(() => console[Symbol.asyncDispose]())

test('CON-O4: the Enter that takes a Korean syllable chooses nothing in the palette; the next one does', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example', { locale: 'ko-KR' })
  await visit('/users?tab=deleted')
  const method = await startInputMethod(page)
  for (const commit of [method.commit, method.commitAsWebKit]) {
    await page.keyboard.press('Control+k')
    const field = page.getByRole('dialog').getByRole('combobox')
    await field.waitFor()
    await method.compose('사')
    await method.compose('사용')
    await commit('사용')
    assert.equal(await field.inputValue(), '사용')
    await page.getByRole('option', { name: '사용자', exact: true }).waitFor()
    assert.match(page.url(), /tab=deleted/, 'the palette is still open')
    await page.keyboard.press('Escape')
    await field.waitFor({ state: 'detached' })
  }
  await page.keyboard.press('Control+k')
  await method.compose('사용')
  await method.commit('사용')
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/users$/)
  assert.deepEqual(complaints, [])
})

test('CON-O4: a list is searched when a word is taken, not while it is still being put together', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example', { locale: 'ja-JP' })
  await visit('/users')
  const method = await startInputMethod(page)
  await page.getByRole('searchbox').focus()
  await method.compose('た')
  await method.compose('たな')
  await page.waitForTimeout(600)
  assert.doesNotMatch(page.url(), /q=/)
  await method.commit('田中')
  await page.waitForURL(/q=/)
  assert.equal(new URL(page.url()).searchParams.get('q'), '田中')
  await page.getByText('「田中」に一致するユーザーはいません').waitFor()
  assert.deepEqual(complaints, [])
})
