import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { test } from 'node:test'
import {
  checkMapping,
  evaluate,
  explain,
  ExpressionError,
  listAttributes,
  listUnportable,
  parseExpression,
  printExpression,
  type EvaluationContext,
} from '@rollcall/expressions'

const emails = [
  { value: 'Zoe@Work.example', type: 'work' },
  { value: 'zoe@home.example', type: 'home' },
]

function run(text: string, attributes: object = {}, context: Partial<EvaluationContext> = {}): unknown {
  return evaluate(parseExpression(text), { attributes: { ...attributes }, ...context }).value
}

function refuse(work: () => unknown, code: string, message: RegExp): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof ExpressionError)
    assert.equal(error.code, code)
    assert.match(error.message, message)
    return true
  })
}

test('Map makes something of each value, and Filter keeps those for which a condition holds', () => {
  assert.deepEqual(run('Rollcall.Map([emails], x, ToLower([x.value]))', { emails }), [
    'zoe@work.example',
    'zoe@home.example',
  ])
  assert.deepEqual(run('Rollcall.Filter([emails], mail, [mail.type] = "work")', { emails }), [emails[0]])
  assert.deepEqual(run('Rollcall.Filter([names], x, Rollcall.StartsWith([x], "a"))', { names: ['ab', 'b', 'ac'] }), [
    'ab',
    'ac',
  ])
  assert.equal(
    run('Join(",", Rollcall.Map(Rollcall.Filter([emails], x, [x.type] = "home"), y, [y.value]))', { emails }),
    'zoe@home.example',
  )
  // Nothing is left out, a single value is a list of one, nobody is none.
  assert.deepEqual(run('Rollcall.Map([emails], x, [x.display])', { emails }), [])
  assert.deepEqual(run('Rollcall.Map([n], x, [x] & "!")', { n: 'a' }), ['a!'])
  assert.deepEqual(run('Rollcall.Map([n], x, [x] & "!")'), [])
})

test('within Map other attributes are read as ever, and lists within lists each have their value', () => {
  const attributes = { a: ['1', '2'], b: ['x', 'y'], c: '-' }
  const text = 'Rollcall.Map([a], i, Join(",", Rollcall.Map([b], j, [i] & [c] & [j])))'
  assert.deepEqual(run(text, attributes), ['1-x,1-y', '2-x,2-y'])
  const { dependencies } = evaluate(parseExpression(text), { attributes })
  assert.deepEqual([...dependencies], ['a', 'b', 'c'])
  assert.deepEqual(
    listAttributes(parseExpression(text)).map(({ name }) => name),
    ['a', 'b', 'c'],
  )
})

test('the value at hand has a name, and lists within lists have an end', () => {
  refuse(() => parseExpression('Rollcall.Map([a], [x], [x])'), 'Syntax', /a word that names the value, such as x/)
  refuse(() => parseExpression('Rollcall.Map([a], "x", [x])'), 'Syntax', /a word that names/)
  refuse(() => run('Rollcall.Filter([a], x, Split("a,b", ","))', { a: ['1'] }), 'MultiValue', /Filter/)
  const many = { a: Array.from({ length: 300 }, (_, index) => index) }
  refuse(() => run('Rollcall.Map([a], i, Rollcall.Map([a], j, [i] & [j]))', many), 'TooLong', /lists within lists/)
  refuse(
    () => run('Rollcall.Map([a], i, [i])', { a: Array.from({ length: 10_001 }, () => 'x') }),
    'TooLong',
    /10000 values/,
  )
  const text = 'Rollcall.Map([a], x, [x] & "b")'
  assert.equal(printExpression(parseExpression(text)), text)
  assert.deepEqual(listUnportable(parseExpression(text)), ['Rollcall.Map'])
})

test('the static check knows that the value at hand is no attribute of the source', () => {
  const find = (text: string) =>
    checkMapping(
      { target: 'mails', expression: parseExpression(text), apply: 'always' },
      {
        source: [{ name: 'emails', type: 'complex', isMultiValued: true }],
        target: [{ name: 'mails', type: 'string', isMultiValued: true }],
      },
    ).map(({ rule, position }) => `${rule} ${position}`)
  assert.deepEqual(find('Rollcall.Map([emails], x, [x.value])'), [])
  assert.deepEqual(find('Rollcall.Map([emails], x, [y.value])'), ['W-DEPS-UNREAD 26'])
})

test('Lookup asks the tables of the caller; a key that lacks, or nothing, is the default', () => {
  const lookUp = (table: string, key: string) =>
    table === 'site'
      ? new Map([
          ['Paris', 'PAR'],
          ['n', '7'],
        ]).get(key)
      : undefined
  assert.equal(run('Rollcall.Lookup("site", [city])', { city: 'Paris' }, { lookUp }), 'PAR')
  assert.equal(run('Rollcall.Lookup("site", [city], "?")', { city: 'paris' }, { lookUp }), '?')
  assert.equal(run('Rollcall.Lookup("site", [city], "?")', {}, { lookUp }), '?')
  assert.equal(run('Rollcall.Lookup("site", "Rome")', {}, { lookUp }), null)
  refuse(() => run('Rollcall.Lookup("site", "a")'), 'NoLookup', /tables/)
  refuse(() => parseExpression('Rollcall.Lookup([t], "a")'), 'Syntax', /constant text/)
})

test('Ref reads an attribute of the object that a reference names', () => {
  const expression = parseExpression('Rollcall.Ref([manager], "mail")')
  const { value, dependencies } = evaluate(expression, {
    attributes: (name) => (name === 'manager.mail' ? 'boss@x.example' : null),
  })
  assert.deepEqual([value, [...dependencies]], ['boss@x.example', ['manager.mail']])
  refuse(() => parseExpression('Rollcall.Ref("manager", "mail")'), 'Syntax', /\[attribute\]/)
  refuse(() => parseExpression('Rollcall.Ref([manager], [mail])'), 'Syntax', /constant name/)
})

test('UniqueNumber is the number that the caller keeps for the object, and belongs to creation', () => {
  const text = 'Append("E", Rollcall.PadLeft(Rollcall.UniqueNumber("staff"), 5, "0"))'
  const found = evaluate(parseExpression(text), {
    attributes: {},
    numberOf: (sequence) => (sequence === 'staff' ? 42 : 0),
  })
  assert.deepEqual([found.value, found.isDeterministic], ['E00042', false])
  refuse(() => run(text), 'NoLookup', /numbers/)
  const schemas = { source: [], target: [{ name: 'n', type: 'string' as const }] }
  const rules = (apply: 'always' | 'onCreate') =>
    checkMapping({ target: 'n', expression: parseExpression(text), apply }, schemas).map(({ rule }) => rule)
  assert.deepEqual([rules('always'), rules('onCreate')], [['E-NONDET'], []])
})

test('Transliterate writes names as their language does in Latin letters', () => {
  for (const [name, language, latin] of [
    ['Jürgen Groß', 'de', 'Juergen Gross'],
    ['ÄRGER Äpfel', 'de', 'AERGER Aepfel'],
    ['Åse Ødegård Ærø', 'no', 'Aase Oedegaard Aeroe'],
    ['Щербаков Юрий', 'ru', 'Shcherbakov Iurii'],
    ['Ольга', 'ru', 'Olga'],
    ['Ґалаґан Євген', 'uk', 'Galagan Ievhen'],
    ['Γιώργος Παπαδόπουλος', 'el', 'Giorgos Papadopoylos'],
    ['Ђорђе Џон', 'sr', 'Djordje Dzon'],
    ['İpek Işık', 'tr', 'Ipek Isik'],
    ['Zoë Núñez', 'de', 'Zoe Nunez'],
    ['李', 'ru', '李'],
  ] as const)
    assert.equal(run('Rollcall.Transliterate([n], [l])', { n: name, l: language }), latin)
  assert.deepEqual(run('Rollcall.Transliterate([n], "de")', { n: ['ä', 'ö'] }), ['ae', 'oe'])
  assert.equal(run('Rollcall.Transliterate([n], "de")'), null)
  refuse(() => parseExpression('Rollcall.Transliterate([n], "xx")'), 'BadEnum', /one of bg, da, de/)
})

test('Hash is HMAC-SHA-256 as everybody else computes it, for texts and salts of any length', () => {
  const lengths = [0, 1, 54, 55, 56, 63, 64, 65, 119, 120, 1_000]
  for (const length of lengths) {
    for (const salt of ['', 'salt', 'ä'.repeat(40), 's'.repeat(200)]) {
      const text = 'zé'.repeat(length)
      const expected = createHmac('sha256', salt).update(text).digest('hex')
      assert.equal(
        run('Rollcall.Hash([text], [salt])', { text, salt }),
        text === '' ? createHmac('sha256', salt).update('').digest('hex') : expected,
      )
    }
  }
  assert.equal(run('Rollcall.Hash([none], "s")'), null)
})

test('an explanation shows what Map did with its last value, and hides what Redact hides', () => {
  const { value, state } = explain(parseExpression('Rollcall.Map([a], x, Redact([x]))'), {
    attributes: { a: ['1', '2'] },
  })
  assert.deepEqual([value, state], [null, 'secret'])
})
