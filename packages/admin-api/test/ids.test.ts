import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { formatTypeId, idPrefixes, parseTypeId } from '../src/index.ts'

test('an id reads back as the UUID it was made from, for every prefix', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.constantFrom(...Object.values(idPrefixes)), (uuid, prefix) => {
      assert.equal(parseTypeId(prefix, formatTypeId(prefix, uuid)), uuid)
    }),
  )
})

test('ids sort like the UUIDs they were made from', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), (a, b) => {
      assert.equal(formatTypeId('org', a) < formatTypeId('org', b), a < b)
    }),
  )
})

test('the vectors of the TypeID specification are read and written', () => {
  assert.equal(formatTypeId('usr', '00000000-0000-0000-0000-000000000000'), 'usr_00000000000000000000000000')
  assert.equal(formatTypeId('usr', 'ffffffff-ffff-ffff-ffff-ffffffffffff'), 'usr_7zzzzzzzzzzzzzzzzzzzzzzzzz')
  assert.equal(formatTypeId('usr', '01890a5d-ac96-774b-bcce-b302099a8057'), 'usr_01h455vb4pex5vsknk084sn02q')
})

test('a text that is no id of the prefix names nothing', () => {
  const wrong = [
    '',
    'org_',
    'usr_01h455vb4pex5vsknk084sn02q',
    'org_8zzzzzzzzzzzzzzzzzzzzzzzzz',
    'org_01H455VB4PEX5VSKNK084SN02Q',
    'org_01h455vb4pex5vsknk084sn02',
    'org_01h455vb4pex5vsknk084sn02ql',
    'org_01h455vb4pex5vsknk084sn0iq',
  ]
  for (const text of wrong) assert.equal(parseTypeId('org', text), undefined, text)
})

test('a text that is no UUID is refused instead of written', () => {
  assert.throws(() => formatTypeId('org', 'acme'), RangeError)
})
