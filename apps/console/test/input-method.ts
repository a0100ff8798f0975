import type { Page } from 'playwright-core'

export type InputMethod = {
  /** What stands in the field, underlined, while somebody is still choosing. */
  compose(text: string): Promise<void>
  /** The Enter that takes it, as Chromium says it: the key first, 229 and composing, then the text. */
  commit(text: string): Promise<void>
  /** The same as WebKit says it: the text first, then the key, 229 and not composing any more. */
  commitAsWebKit(text: string): Promise<void>
}

const keyOfInputMethods = 229

/** An input method as Chromium lets it be driven; of WebKit, which cannot run here, the order of its events. */
export async function startInputMethod(page: Page): Promise<InputMethod> {
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
