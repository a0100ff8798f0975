import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import {
  createKeyText,
  createShortId,
  hashKeyText,
  hintOf,
  keyKinds,
  keyPattern,
  parseKeyText,
  redactKeyTexts,
} from '../../src/access/key-text.ts'

test('CON-H1: a key is rc_<kind>_<short id><22 base62><6 base62 of CRC-32>, one word to a double click', () => {
  for (const kind of keyKinds) {
    const shortId = createShortId()
    const key = createKeyText(kind, shortId)
    assert.match(key, /^rc_[a-z]{3}_[0-9A-Za-z]{34}$/)
    assert.match(key, /^\w+$/)
    assert.equal(key.slice(7, 13), shortId)
    assert.deepEqual(parseKeyText(key), { kind, shortId })
    assert.deepEqual(key.match(keyPattern), [key])
  }
})

test('a key text has the checksum of a fixed vector, so that other implementations can be checked against it', () => {
  // CRC-32 (ISO 3309) of the 35 characters before it, in base62 with the digits 0-9A-Za-z.
  const body = 'rc_scm_AbC1230123456789abcdefghijkl'
  const found = body + checksum(body)
  assert.deepEqual(parseKeyText(found), { kind: 'scm', shortId: 'AbC123' })
})

test('a key with any one character changed has a wrong checksum', () => {
  const key = createKeyText('scm', 'AbC123')
  for (let index = 7; index < key.length; index++) {
    const other = key[index] === 'x' ? 'y' : 'x'
    assert.equal(parseKeyText(key.slice(0, index) + other + key.slice(index + 1)), undefined, `index ${index}`)
  }
  assert.equal(parseKeyText(`${key}a`), undefined)
  assert.equal(parseKeyText(''), undefined)
})

test('two keys never share their random part', () => {
  const keys = new Set(Array.from({ length: 2_000 }, () => createKeyText('scm', 'AbC123')))
  assert.equal(keys.size, 2_000)
})

test('CON-H2: the published pattern finds keys in text, and redaction leaves only their kind', () => {
  const key = createKeyText('adm', 'AbC123')
  const text = `curl -H "Authorization: Bearer ${key}" and again ${key}.`
  assert.equal(text.match(keyPattern)?.length, 2)
  assert.equal(redactKeyTexts(text), 'curl -H "Authorization: Bearer rc_adm_[redacted]" and again rc_adm_[redacted].')
})

test('the pattern in the documentation is the one that the code goes by', async () => {
  const published = keyPattern.source.replaceAll('\\b', '').replace('(?:', '(')
  for (const page of ['docs/guides/keys.md', 'SECURITY.md']) {
    const text = await readFile(new URL(`../../../../${page}`, import.meta.url), 'utf8')
    assert.ok(text.includes(published), `${page} does not say ${published}`)
  }
})

test('a hint shows the prefix and the last four characters, a hash none of the key', () => {
  const key = createKeyText('scm', 'AbC123')
  assert.equal(hintOf(key), `rc_scm_…${key.slice(-4)}`)
  assert.equal(hashKeyText(key).length, 32)
  assert.ok(!hashKeyText(key).toString('latin1').includes(key))
})

/** The checksum written a second time, from its description. */
function checksum(text: string): string {
  let crc = 0xffffffff
  for (const byte of Buffer.from(text)) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  }
  const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
  let rest = BigInt((crc ^ 0xffffffff) >>> 0)
  let result = ''
  for (let place = 0; place < 6; place++) {
    result = (digits[Number(rest % 62n)] ?? '') + result
    rest /= 62n
  }
  return result
}
