import assert from 'node:assert/strict'
import { test } from 'node:test'
import { apiErrors, errorLanguages, errorText, listErrorCodes } from '../src/index.ts'

const scripts = { ko: /\p{Script=Hangul}/u, ja: /\p{Script=Hiragana}|\p{Script=Katakana}/u, fr: /[a-zà-ÿ]/ }
const codesOf = (text: string): readonly string[] => [...text.matchAll(/`[^`]+`/g)].map(([code]) => code).toSorted()

test('every error has a title, a cause and a remedy in every language, and names the same fields in all of them', () => {
  for (const code of listErrorCodes())
    for (const language of errorLanguages.filter((each) => each !== 'en'))
      for (const part of ['title', 'cause', 'remedy'] as const) {
        const text = errorText(code, language)[part]
        assert.match(text, scripts[language], `${code} ${language} ${part}`)
        assert.notEqual(text, apiErrors[code][part], `${code} ${language} ${part}`)
        assert.deepEqual(codesOf(text), codesOf(apiErrors[code][part]), `${code} ${language} ${part}`)
      }
})

test('titles end without a full stop in every language, causes and remedies end with one', () => {
  for (const code of listErrorCodes())
    for (const language of errorLanguages) {
      const { title, cause, remedy } = errorText(code, language)
      assert.doesNotMatch(title, /[.。]$/, `${code} ${language}`)
      for (const sentence of [cause, remedy]) assert.match(sentence, /[.。]$/, `${code} ${language}`)
    }
})
