import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { createBreachList } from '../../src/sign-in/breach-list.ts'
import { findPasswordFlaw } from '../../src/sign-in/password-rules.ts'

let directory: string
before(async () => {
  directory = await mkdtemp(join(tmpdir(), 'breaches-'))
})
after(() => rm(directory, { recursive: true }))

const hashOf = (password: string): string => createHash('sha1').update(password).digest('hex').toUpperCase()

test('every password of a list is found, the first and the last too, and no other; with counts and CRLF, and one without', async () => {
  const known = Array.from({ length: 500 }, (_, at) => `known password ${at}`)
  const hashes = known.map(hashOf).toSorted()
  const texts = [
    hashes.join('\n'),
    `${hashes.join('\n')}\n`,
    hashes.map((hash, at) => `${hash}:${at * 97_531}\r\n`).join(''),
    `${hashes[0]}\n`,
    '',
  ]
  for (const [at, text] of texts.entries()) {
    const path = join(directory, `${at}.txt`)
    await writeFile(path, text)
    const list = createBreachList(path)
    assert.ok(list !== undefined)
    const held = new Set(text.match(/[0-9A-F]{40}/g))
    for (const password of known.slice(0, 200))
      assert.equal(await list.has(password), held.has(hashOf(password)), `${at}: ${password}`)
    for (const hash of [hashes[0], hashes.at(-1)]) {
      const password = known.find((each) => hashOf(each) === hash) ?? ''
      assert.equal(await list.has(password), held.has(hash ?? ''), `${at}: edge`)
    }
    for (let other = 0; other < 50; other++) assert.equal(await list.has(`unknown ${other}`), false)
  }
})

test('a password is refused that is short, worn, a row, a name or known to thieves', async () => {
  const flaws = (password: string, has = false) =>
    findPasswordFlaw(password, { names: ['ada.lovelace@acme.example'], breaches: { has: async () => has } })
  for (const [password, flaw] of [
    ['eleven char', 'tooShort'],
    ['x'.repeat(1_001), 'tooLong'],
    ['password1234!', 'tooCommon'],
    ['!!!iloveyou2024', 'tooCommon'],
    ['aaaaaaaaaaaaaa', 'tooCommon'],
    ['123456789012', 'tooCommon'],
    ['abcdefghijklm', 'tooCommon'],
    ['Ada.Lovelace@acme.example1', 'isName'],
    ['비밀번호비밀번호비밀번호', 'tooCommon'],
    ['quiet otters borrow lamps', undefined],
    ['양말세켤레를빌린수달들', 'tooShort'],
    ['조용한 수달이 등불을 빌린다', undefined],
  ] as const)
    assert.equal(await flaws(password), flaw, password)
  assert.equal(await flaws('quiet otters borrow lamps', true), 'tooCommon')
})
