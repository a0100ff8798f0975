import assert from 'node:assert/strict'
import { test } from 'node:test'
import { play } from './play.ts'

type Case = readonly [text: string, attributes: { readonly [name: string]: unknown }, expected: unknown]

const a = (value: unknown) => ({ a: value })

const cases: readonly Case[] = [
  // Texts, and lists of texts
  ['Append([a], ".x")', a(['p', 'q']), ['p.x', 'q.x']],
  ['Append([a], [b])', { a: 'x', b: ['y'] }, 'error MultiValue'],
  ['Prepend("x-", [a])', a(['p', '']), ['x-p']],
  ['"n " & 12 & " " & [b]', { b: true }, 'n 12 True'],
  ['"a" & [b]', { b: ['x'] }, 'error MultiValue'],
  ['CStr(129699324000000001)', {}, '129699324000000001'],
  ['CStr([a])', a(1e21), '1000000000000000000000'],
  ['CStr([a])', a(null), null],
  ['CStr([a])', a({ value: 'x' }), 'error MultiValue'],
  ['InStr("repEated", "E", 1, vbTextCompare)', {}, 2],
  ['InStr("İi", "i", 1, vbTextCompare)', {}, 2],
  ['InStr("abc", "", 2)', {}, 2],
  ['Left([a], 2)', a('a😀b'), 'a'],
  ['Left([a], 3)', a('a😀b'), 'a😀'],
  ['Left([a], 2)', a(null), ''],
  ['Left([a], "x")', a('abc'), 'error NotANumber'],
  ['Mid([a], 3, 9)', a('a😀b'), 'b'],
  ['Mid("abc", 9, 2)', {}, ''],
  ['Mid("abc", 1, -1)', {}, 'error OutOfBounds'],
  ['Split([a], ";")', a(' x ;; y'), ['x', 'y']],
  ['StripSpaces([a])', a('a  b'), 'a b'.replace(' ', '')],
  ['Word([a], 2, " ,")', a('one, two'), 'two'],
  ['Word([a], -1, " ")', a('one'), ''],
  ['Trim([a])', a(null), null],
  // Letters
  ['ToUpper([a])', a('ıiİ'), 'ıIİ'],
  ['ToLower([a])', a('İI'), 'İi'],
  ['ToLower([a], "az-Latn-AZ")', a('Iİ'), 'ıi'],
  ['ToUpper([a], "tr")', a('iı'), 'İI'],
  ['ToUpper([a], "el-GR")', a('άς'), 'ΆΣ'],
  ['ToLower([a])', a('ΟΔΟΣ'), 'οδοσ'],
  ['ToUpper([a])', a('ﬁ𐐨'), 'ﬁ𐐀'],
  ['ToLower([a], [b])', { a: 'X', b: '!' }, 'error BadEnum'],
  ['PCase([a])', a('3rd STREET'), '3Rd Street'],
  ['PCase([a])', a("o'NEIL—smith.b"), "O'neil—Smith.B"],
  ['PCase([a], "-")', a('a b-c'), 'A b-C'],
  ['NormalizeDiacritics([a])', a('Łódź Đặng Œuvre ÆØ ǣ'), 'Lodz Dang OEuvre AEOE ae'],
  ['NormalizeDiacritics([a])', a('й が 한국 ά'), 'й が 한국 ά'],
  // Choices
  ['IIF([a], "y", "n")', a('TRUE'), 'y'],
  ['IIF([a], "y", "n")', a(null), 'n'],
  ['IIF([a], "y", "n")', a('maybe'), 'error NotANumber'],
  ['IIF("1" = "1", "y", Error("never"))', {}, 'y'],
  ['IIF("1" = "2", Error("never"), "n")', {}, 'n'],
  ['IIF([a] = "x", "y", "n")', a(['x']), 'error MultiValue'],
  ['IIF([a] > 5, "y", "n")', a('abc'), 'error NotANumber'],
  ['IIF([a] > 5, "y", "n")', a(''), 'n'],
  ['IIF([a] > "5", "y", "n")', a('10'), 'n'],
  ['IIF([a] >= 9007199254740993, "y", "n")', a('9007199254740993'), 'y'],
  ['IIF(CDate([a]) < CDate("2024-01-02"), "y", "n")', a('2024-01-01'), 'y'],
  ['IIF(CDate([a]) < "2024-01-02", "y", "n")', a('2024-01-01'), 'y'],
  ['IIF([a] = [b], "y", "n")', { a: '' }, 'y'],
  ['IIF([a] <> [b], "y", "n")', { a: 'x' }, 'y'],
  ['Switch([a], Error("default"), "k", "v")', a('k'), 'v'],
  ['Switch([a], "d", "k", Error("value"))', a('x'), 'd'],
  ['Switch([a], "d", "True", "v")', a(true), 'v'],
  ['Switch([a], "d", "5", "v")', a(5), 'v'],
  ['Switch([a], "d", "k", "v")', a(['k']), 'error MultiValue'],
  ['Coalesce([a], Error("late"))', a('x'), 'x'],
  ['Coalesce([a], [b])', { b: ['x'] }, ['x']],
  ['Error("no " & [a])', a('way'), 'error UserError'],
  ['Not([a])', a(true), false],
  ['Not([a])', a('true'), false],
  ['Not([a])', a(['True']), true],
  ['IsString([a])', a('x'), true],
  ['IsPresent([a])', a([]), false],
  ['IsNull([a])', a([]), false],
  ['CBool("a" = "a")', {}, true],
  ['CBool([a])', a('no'), 'error NotANumber'],
  ['BitAnd(-1, 4294967296)', {}, 4294967296],
  ['BitAnd("&HF", 6)', {}, 6],
  // Lists
  ['Item([a], 1)', a(null), null],
  ['Item([a], 2)', a('solo'), 'error OutOfBounds'],
  ['Item([a], "x")', a(['y']), 'error NotANumber'],
  ['Join("-", [a], Split("x,y", ","))', a([1, true, null, '']), '1-True-x-y'],
  ['Join("-", [a])', a([{ value: 'x' }]), 'error MultiValue'],
  ['RemoveDuplicates([a])', a(['1', 1, '1']), ['1', 1]],
  ['RemoveDuplicates([a])', a(null), null],
  ['Count([a])', a([]), 0],
  // Dates
  ['CDate([a])', a('2024-02-29T12:30:15.1234567+05:30'), '2/29/2024 7:00:15 AM'],
  ['CDate([a])', a('12/31/2020 17:00:00'), '12/31/2020 5:00:00 PM'],
  ['CDate([a])', a('1/2/2024 12:00:00 AM'), '1/2/2024 12:00:00 AM'],
  ['CDate([a])', a('1/2/2024 13:00:00 PM'), 'error BadDate'],
  ['CDate([a])', a('2024-01-01T24:00:00'), 'error BadDate'],
  ['CDate([a])', a('0001-01-01+14:00'), 'error BadDate'],
  ['CDate([a])', a(null), 'error BadDate'],
  ['CDate([a])', a(new Date('2024-01-02T03:04:05Z')), '1/2/2024 3:04:05 AM'],
  ['DateAdd("m", 1, CDate("2024-01-31"))', {}, '2/29/2024 12:00:00 AM'],
  ['DateAdd("m", -14, CDate("2024-01-31"))', {}, '11/30/2022 12:00:00 AM'],
  ['DateAdd("d", "1.9", CDate("2024-01-31"))', {}, '2/1/2024 12:00:00 AM'],
  ['DateAdd("s", -1, CDate("2024-01-01"))', {}, '12/31/2023 11:59:59 PM'],
  ['DateAdd("yyyy", 9999, CDate("2024-01-01"))', {}, 'error BadDate'],
  ['DateAdd("d", 99999999999999999999, CDate("2024-01-01"))', {}, 'error BadDate'],
  ['DateAdd([a], 1, CDate("2024-01-01"))', a('q'), 'error BadInterval'],
  ['DateDiff("d", CDate("2024-01-02T00:00:01Z"), CDate("2024-01-01"))', {}, -1],
  ['DateDiff("n", CDate("2024-01-01T00:00:59Z"), CDate("2024-01-01T00:01:00Z"))', {}, 0],
  ['DateDiff("ww", CDate("2025-01-05"), CDate("2025-01-11"))', {}, 0],
  ['DateDiff("m", CDate("2025-03-01"), CDate("2025-02-28"))', {}, -1],
  ['DateDiff("yyyy", CDate("0001-01-01"), CDate("9999-12-31"))', {}, 9998],
  ['NumFromDate(DateFromNum(132539615990000001))', {}, '132539615990000001'],
  ['NumFromDate([a])', a(null), null],
  ['DateFromNum("1e5")', {}, 'error NotANumber'],
  ['DateFromNum(99999999999999999999)', {}, 'error BadDate'],
  // The formats of .NET
  [
    'FormatDateTime([a], , "yyyy-MM-ddTHH:mm:sszzz", "yyyy-MM-dd HH:mm zzz")',
    a('2024-01-02T03:04:05-08:00'),
    '2024-01-02 03:04 -08:00',
  ],
  [
    'FormatDateTime([a], "AdjustToUniversal", "yyyy-MM-ddTHH:mm:ssK", "yyyy-MM-ddTHH:mm:ssK")',
    a('2024-01-02T03:04:05-08:00'),
    '2024-01-02T11:04:05Z',
  ],
  ['FormatDateTime([a], , "dd-MMM-yy", "MMMM d, yyyy")', a('05-mar-49'), 'March 5, 2049'],
  ['FormatDateTime([a], , "dd-MMM-yy", "yyyy")', a('05-Mar-50'), '1950'],
  ['FormatDateTime([a], , "ddd, dd MMM yyyy", "ddd")', a('Tue, 05 Mar 2024'), 'Tue'],
  ['FormatDateTime([a], , "ddd, dd MMM yyyy", "ddd")', a('Wed, 05 Mar 2024'), 'error BadDate'],
  ['FormatDateTime([a], , "h:mm tt", "HH:mm")', a('12:05 am'), '00:05'],
  ['FormatDateTime([a], , "H:mm:ss.fff", "ss.FFFFFF s.F")', a('1:02:03.100'), '03.1 3.1'],
  ['FormatDateTime([a], , "H:mm:ss.FFF", "ss.FFF")', a('1:02:03'), '03'],
  ['FormatDateTime([a], , "yyyyMMdd", "\'Day\' dd \\\\d %d d")', a('20240305'), 'Day 05 d 5 5'],
  ['FormatDateTime([a], , "s", "R")', a('2024-03-05T01:02:03'), 'Tue, 05 Mar 2024 01:02:03 GMT'],
  ['FormatDateTime([a], "None", "yyyy", "yyyy")', a(' 2024'), 'error BadDate'],
  ['FormatDateTime([a], "AllowWhiteSpaces", "yyyy-MM", "MM")', a('2024 - 05'), '05'],
  ['FormatDateTime([a], , "yyyy-MM-dd", "yyyy")', a('2024-02-30'), 'error BadDate'],
  ['FormatDateTime([a], , "yyyy-MM-dd", "yyyy")', a(null), null],
  ['FormatDateTime([a], , "yyyy-MM-dd", "MM/yy")', a(['2024-02-03', '2025-04-05']), ['02/24', '04/25']],
  // Encodings
  ['ConvertToBase64([a])', a('é😀'), Buffer.from('é😀', 'utf16le').toString('base64')],
  ['ConvertFromBase64(ConvertToBase64([a]))', a('é😀'), 'é😀'],
  ['ConvertFromBase64([a], UTF8)', a('/w=='), 'error BadEncoding'],
  ['ConvertFromBase64([a], ASCII)', a('YWI='), 'ab'],
  ['ConvertFromBase64([a])', a('a*b='), 'error BadEncoding'],
  ['ConvertToUTF8Hex([a])', a('é'), 'C3A9'],
  ['DNComponent([a], 2)', a('CN=x\\2C y,OU="a,b" ,DC=c'), 'a,b'],
  ['DNComponent([a], 1)', a('CN=\\C3\\A9\\, x,DC=c'), 'é, x'],
  ['DNComponent([a], 1)', a('nothing'), 'error BadEncoding'],
  ['DNComponent([a], 0)', a('CN=x'), 'error OutOfBounds'],
  [
    'StringFromSid([a])',
    a('AQUAAAAAAAUVAAAAoGXPfnhLm1/nfIdwr/kBAA=='),
    'S-1-5-21-2127521184-1604012920-1887927527-129455',
  ],
  ['StringFromSid([a])', a('AQU='), 'error BadEncoding'],
  // Roles
  ['SingleAppRoleAssignment([a])', a([{ value: 'B' }, { value: 'A' }, { value: 'Z', priority: 1 }]), 'Z'],
  ['SingleAppRoleAssignment([a])', a([]), null],
  ['AppRoleAssignments([a])', a(null), null],
  [
    'AssertiveAppRoleAssignmentsComplex([a])',
    a([{ value: 'A' }]),
    [{ primary: false, type: 'WindowsAzureActiveDirectoryRole', display: 'A', value: 'A' }],
  ],
  // Our own
  ['Rollcall.And([a] = "x", [a] <> "y")', a('x'), true],
  ['Rollcall.And([a] = "y", Error("late"))', a('x'), false],
  ['Rollcall.Or([a] = "x", Error("late"))', a('x'), true],
  ['Rollcall.StartsWith([a], "x")', a('xy'), true],
  ['Rollcall.EndsWith([a], "Y")', a('xy'), false],
  ['Rollcall.Contains([a], "")', a(null), false],
  ['Rollcall.Matches([a], "^x+$")', a('xx'), true],
  ['Rollcall.Matches([a], "(?=x)")', a('xx'), 'error BadRegex'],
  ['Rollcall.First([a])', a(['p', 'q']), 'p'],
  ['Rollcall.First([a])', a(null), null],
  ['Rollcall.Length([a])', a('😀'), 2],
  ['Rollcall.PadLeft([a], 5, "0")', a(42), '00042'],
  ['Rollcall.PadLeft([a], 5000, "0")', a(42), 'error BadLength'],
  ['Rollcall.StartOfDay([a], "Asia/Seoul")', a('2025-05-14'), '5/13/2025 3:00:00 PM'],
  ['Rollcall.EndOfDay([a], "America/Los_Angeles")', a('2025-05-14'), '5/15/2025 7:00:00 AM'],
  // Clocks skip 02:30 there, and show 02:30 twice half a year later
  ['Rollcall.Zoned([a], "Europe/Paris")', a('2025-03-30T02:30:00'), '3/30/2025 1:30:00 AM'],
  ['Rollcall.Zoned([a], "Europe/Paris")', a('2025-10-26T02:30:00'), '10/26/2025 12:30:00 AM'],
  ['Rollcall.Zoned([a], "Mars/Base")', a('2025-01-01'), 'error BadEnum'],
  ['Rollcall.EndOfDay([a], "UTC")', a('9999-12-31'), 'error BadDate'],
  ['Rollcall.StartOfDay([a], "Asia/Seoul")', a('0001-01-01'), 'error BadDate'],
  // Names that objects have of themselves
  ['[constructor]', {}, null],
  ['[__proto__]', {}, null],
  ['[toString]', {}, null],
]

for (const [text, attributes, expected] of cases) {
  test(`${text} with ${JSON.stringify(attributes)} is ${JSON.stringify(expected)}`, () => {
    assert.deepEqual(play(text, attributes), expected)
  })
}

test('what is not given is an error that says so', () => {
  assert.equal(play('Now()'), 'error NoClock')
  assert.equal(play('Guid()'), 'error NoRandom')
  assert.equal(play('DefaultDomain()'), 'error NoDefaultDomain')
  assert.equal(play('SelectUniqueValue("a", "b")'), 'error NoLookup')
  assert.equal(play('DefaultDomain()', {}, { defaultDomain: 'x.example' }), 'x.example')
})

test('random texts have what was asked for, and refuse what cannot be', () => {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
  for (let round = 0; round < 50; round++) {
    const text = String(play('RandomString(12, 2, 2, 2, 2, "0O1l")', {}, { random }))
    assert.match(text, /^(?=.*\d.*\d)(?=.*[A-Z].*[A-Z])(?=.*[a-z].*[a-z])(?=(?:.*[^A-Za-z0-9]){2})[^0O1l]{12}$/)
  }
  for (const text of [
    'RandomString(0, 0, 0, 0, 1)',
    'RandomString(9, 0, 0, 0, 0)',
    'RandomString(9, -1, 0, 0, 5)',
    'RandomString(9, 1, 0, 0, 0, "0123456789")',
  ])
    assert.equal(play(text, {}, { random }), 'error BadLength')
  const stuck = (length: number) => new Uint8Array(length).fill(255)
  assert.equal(play('RandomString(9, 1, 0, 0, 0)', {}, { random: stuck }), 'error NoRandom')
})

test('a long value is decoded like a short one', () => {
  const long = 'YWJj'.repeat(80_000)
  assert.equal(play('ConvertFromBase64([a], ASCII)', { a: long }), 'abc'.repeat(80_000))
})
