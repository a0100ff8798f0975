import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { reasons } from '../../server/src/provisioning/reasons.ts'

type Words = { readonly [code: string]: { readonly meaning: string; readonly remedy: string } }

function readWords(language: string): Words {
  const path = new URL(`../src/locales/${language}/engineReasons.json`, import.meta.url)
  return JSON.parse(readFileSync(path, 'utf8')) as Words // the shape is what the test compares
}

const told: Words = Object.fromEntries(
  Object.entries(reasons).map(([code, { meaning, remedy }]) => [code, { meaning, remedy }]),
)

test('the console has words for exactly the reasons of the engine, in English those of the server', () => {
  assert.deepEqual(readWords('en'), told)
})

for (const language of ['ko', 'ja', 'fr'])
  test(`every reason of the engine is said in ${language}, and none was left in English`, () => {
    const words = readWords(language)
    assert.deepEqual(Object.keys(words).toSorted(), Object.keys(told).toSorted())
    for (const [code, { meaning, remedy }] of Object.entries(words)) {
      assert.notEqual(meaning, told[code]?.meaning, `${code}.meaning`)
      assert.notEqual(remedy, told[code]?.remedy, `${code}.remedy`)
      // Numbers of HTTP, names of SCIM and settings are the same in every language.
      assert.deepEqual(namesIn(meaning), namesIn(told[code]?.meaning ?? ''), `${code}.meaning`)
    }
  })

function namesIn(text: string): readonly string[] {
  return (/\(([\w, 、]+)\)/.exec(text)?.[1] ?? '').split(/[,、]\s*/)
}
