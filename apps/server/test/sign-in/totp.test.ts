import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeQR } from 'qr/decode.js'
import { toQrCodeSvg } from '../../src/http/sign-in/qr-code.ts'
import { toBase32 } from '../../src/sign-in/base32.ts'
import { createRecoveryCode, hashRecoveryCode } from '../../src/sign-in/recovery-code-text.ts'
import { findTotpStep, toOtpauthUri, totpCodeOf, totpStepAt, type TotpShape } from '../../src/sign-in/totp.ts'

// RFC 6238, appendix B: seconds, and the codes of eight digits.
const vectors = [
  [59, '94287082', '46119246', '90693936'],
  [1111111109, '07081804', '68084774', '25091201'],
  [1111111111, '14050471', '67062674', '99943326'],
  [1234567890, '89005924', '91819424', '93441116'],
  [2000000000, '69279037', '90698825', '38618901'],
  [20000000000, '65353130', '77737706', '47863826'],
] as const

const seed = '12345678901234567890123456789012345678901234567890123456789012345678901234567890'

test('codes are those of RFC 6238, appendix B', () => {
  const hashes = [
    ['sha1', 20],
    ['sha256', 32],
    ['sha512', 64],
  ] as const
  for (const [seconds, ...codes] of vectors)
    for (const [at, [hash, length]] of hashes.entries()) {
      const shape: TotpShape = { digits: 8, hash }
      const step = totpStepAt(new Date(seconds * 1000))
      assert.equal(totpCodeOf(Buffer.from(seed.slice(0, length)), step, shape), codes[at], `${seconds} ${hash}`)
    }
})

test('a code is taken one step early or late, once, and none that is older than the last', () => {
  const secret = Buffer.from('12345678901234567890')
  const now = new Date('2026-11-21T09:00:15Z')
  const step = totpStepAt(now)
  const find = (code: string, lastStep = 0) => findTotpStep(secret, code, { now, lastStep })
  for (const offset of [-1, 0, 1]) assert.equal(find(totpCodeOf(secret, step + offset)), step + offset)
  for (const offset of [-2, 2]) assert.equal(find(totpCodeOf(secret, step + offset)), undefined)
  assert.equal(find(totpCodeOf(secret, step), step), undefined, 'twice')
  assert.equal(find(totpCodeOf(secret, step - 1), step), undefined, 'older than the last')
  assert.equal(find(totpCodeOf(secret, step + 1), step), step + 1)
  const code = totpCodeOf(secret, step)
  assert.equal(find(`${code.slice(0, 3)} ${code.slice(3)}`), step, 'as people type it')
  for (const text of ['', '12345', '1234567', 'abcdef', '１２３４５６']) assert.equal(find(text), undefined, text)
})

test('secrets are base32 of RFC 4648, without padding', () => {
  const pairs = [
    ['', ''],
    ['f', 'MY'],
    ['fo', 'MZXQ'],
    ['foo', 'MZXW6'],
    ['foob', 'MZXW6YQ'],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI'],
  ]
  for (const [text = '', wanted] of pairs) assert.equal(toBase32(Buffer.from(text)), wanted)
})

test('the QR code on the page says what an authenticator app needs, also with names in other scripts', () => {
  const uri = toOtpauthUri(Buffer.from('12345678901234567890'), {
    organization: '서울 & Söhne: 1',
    person: 'a@b.example',
  })
  assert.equal(
    uri,
    'otpauth://totp/%EC%84%9C%EC%9A%B8%20%26%20S%C3%B6hne%20%201:a%40b.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%EC%84%9C%EC%9A%B8%20%26%20S%C3%B6hne%20%201&algorithm=SHA1&digits=6&period=30',
  )
  const svg = toQrCodeSvg(uri, 'QR "code"')
  assert.match(svg, /aria-label="QR &#34;code&#34;"/)
  assert.equal(decodeQR(toPicture(svg)), uri)
})

/** What a camera sees of our SVG: dark modules on white. */
function toPicture(svg: string): { width: number; height: number; data: Uint8Array } {
  const scale = 4
  const size = Number(/viewBox="0 0 (\d+)/.exec(svg)?.[1])
  const width = size * scale
  const data = new Uint8Array(width * width * 4).fill(255)
  for (const [, x = '', y = ''] of svg.matchAll(/M(\d+) (\d+)h1v1h-1z/g))
    for (let dy = 0; dy < scale; dy++)
      for (let dx = 0; dx < scale; dx++) {
        const at = ((Number(y) * scale + dy) * width + Number(x) * scale + dx) * 4
        data.fill(0, at, at + 3)
      }
  return { width, height: width, data }
}

test('recovery codes have 80 random bits and forgive how people type them', () => {
  const codes = new Set(Array.from({ length: 1_000 }, createRecoveryCode))
  assert.equal(codes.size, 1_000)
  for (const code of codes) assert.match(code, /^[0-9a-hjkmnp-tv-z]{4}(?:-[0-9a-hjkmnp-tv-z]{4}){3}$/)
  const hash = hashRecoveryCode('0123-4567-89ab-cdef')
  assert.equal(hash?.length, 32)
  assert.deepEqual(hashRecoveryCode(' OI23 4567 89AB CDEF '), hash)
  for (const text of ['', '0123-4567-89ab-cde', '0123-4567-89ab-cdeu', `0123-4567-89ab-cdef0`])
    assert.equal(hashRecoveryCode(text), undefined, text)
})
