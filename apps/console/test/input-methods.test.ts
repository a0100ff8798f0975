import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Page } from 'playwright-core'
import { createConsole, type ConsoleSite } from './console-harness.ts'

let console: ConsoleSite

before(async () => {
  console = await createConsole()
  await console.addPeople(5)
})
after(() => console[Symbol.asyncDispose]())

type InputMethod = {
  /** What stands in the field, underlined, while somebody is still choosing. */
  compose(text: string): Promise<void>
  /** The Enter that takes it, as Chromium says it: the key first, 229 and composing, then the text. */
  commit(text: string): Promise<void>
  /** The same as WebKit says it: the text first, then the key, 229 and not composing any more. */
  commitAsWebKit(text: string): Promise<void>
}

const keyOfInputMethods = 229

async function startInputMethod(page: Page): Promise<InputMethod> {
  const cdp = await page.context().newCDPSession(page)
  const enter = async (): Promise<void> => {
    const key = { key: 'Enter', code: 'Enter', windowsVirtualKeyCode: keyOfInputMethods }
    await cdp.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', ...key })
    await cdp.send('Input.dispatchKeyEvent', { type: 'keyUp', ...key })
  }
  return {
    compose: async (text) => {
      await cdp.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length })
    },
    commit: async (text) => {
      await enter()
      await cdp.send('Input.insertText', { text })
    },
    commitAsWebKit: async (text) => {
      await cdp.send('Input.insertText', { text })
      await enter()
    },
  }
}

test('the Enter that takes a Korean syllable chooses nothing in the palette; the next one does', async () => {
  const { page, visit, complaints } = await console.signIn('ada@acme.example', { locale: 'ko-KR' })
  await visit('/users?tab=deleted')
  const method = await startInputMethod(page)
  for (const commit of [method.commit, method.commitAsWebKit]) {
    await page.keyboard.press('Control+k')
    const field = page.getByRole('combobox')
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

test('a list is searched when a word is taken, not while it is still being put together', async () => {
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
