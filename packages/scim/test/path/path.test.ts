import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bindPath, matchElement, parseAttributePath, parsePath, printPath, type Tolerance } from '@rollcall/scim'
import { allowing, assertRefused, badge, enterprise, user } from '../filter/subject.ts'

const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
const strict = allowing()

function bind(text: string, tolerance: Tolerance = strict) {
  return bindPath(parsePath(text, { tolerance }), user, { tolerance })
}

const refused = (text: string, tolerance: Tolerance = strict) =>
  assertRefused(() => bind(text, tolerance), 'invalidPath')

/** Where a path leads: extension, attribute, filter or not, sub-attribute. */
function show(text: string, tolerance: Tolerance = strict): string {
  const bound = bind(text, tolerance)
  if (bound.kind === 'extension') return `extension ${bound.schema}`
  const { schema, attribute, subAttribute } = bound.ref
  return [schema ?? 'base', attribute.name, bound.filter === undefined ? undefined : '[]', subAttribute?.name]
    .filter((part) => part !== undefined)
    .join(' ')
}

test('paths lead to attributes, sub-attributes, elements and extensions (RFC 7644 §3.5.2)', () => {
  assert.equal(show('USERNAME'), 'base userName')
  assert.equal(show('name.givenname'), 'base name givenName')
  assert.equal(show('emails[type eq "work"]'), 'base emails []')
  assert.equal(show('emails[type eq "work" and value ew "example.com"].value'), 'base emails [] value')
  assert.equal(show('groups'), 'base groups')
  assert.equal(show('emails.value'), 'base emails value')
  assert.equal(show('password'), 'base password')
})

test('a path may carry the URN of its schema, in any case', () => {
  assert.equal(show(`${core}:name.familyName`), 'base name familyName')
  assert.equal(show(`${core}:emails[type eq "work"].value`), 'base emails [] value')
  assert.equal(show(`${enterprise.toUpperCase()}:manager.VALUE`), `${enterprise} manager value`)
  assert.equal(show(`${badge}:secrets[type eq "a"].type`), `${badge} secrets [] type`)
})

test('the URN of an extension alone names the whole extension, also when it ends with a version', () => {
  assert.equal(show(enterprise), `extension ${enterprise}`)
  assert.equal(show(enterprise.toLowerCase()), `extension ${enterprise}`)
  assert.equal(show(badge), `extension ${badge}`)
  for (const text of [core, 'urn:nope:2.0:User', 'urn:nope:1.0', `${enterprise}[department pr]`, `${badge}[level pr]`])
    refused(text)
})

test('TRAP-D16: what is unknown, malformed or of another shape is refused', () => {
  const texts = [
    '',
    ' ',
    '.',
    '.userName',
    'userName.',
    'nope',
    'name.nope',
    'userName.value',
    'emails[nope eq "x"]',
    'emails[type eq "work"].nope',
    'emails[type eq "work"].value.x',
    'userName[value eq "x"]',
    'name[givenName eq "x"]',
    'name.givenName[value pr]',
    'emails.type[value pr]',
    'active[value eq true]',
    'manager',
    'emails[type eq "work"',
    'emails[type eq "work"]]',
    'emails[]',
    'emails[type eq]',
    'emails[type]',
    'emails[type eq "work"],',
    'emails[type eq "work"].',
    'emails[type eq "work"] .value',
    'emails [type eq "work"]',
    'emails[type eq "work"].value[display eq "x"]',
    'emails[type eq "work"].sub[a eq 2]',
    'emails[ims[type pr]]',
    'userName, title',
    'userName title',
    '(userName)',
    'not (userName)',
    '"userName"',
    'userName eq "x"',
    'urn:',
    'urn:a:',
    `${enterprise}:`,
    `${enterprise}:nope`,
    `${enterprise}.manager`,
    'http://example.com:userName',
    'emails[active gt true]',
    'emails[primary gt true]',
    'emails[value eq 5]',
    'userName\u0000',
    'emails[0]',
    'emails[*]',
    '/userName',
    '*',
  ]
  for (const text of texts) refused(text)
})

test('TRAP-D17: inherited names are no paths, in any form', () => {
  for (const name of ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf']) {
    const forms = [
      name,
      `${name}.${name}`,
      `name.${name}`,
      `${name}.polluted`,
      `emails[type eq "a"].${name}`,
      `emails[${name} eq "a"]`,
      `${name}[type eq "a"]`,
      `${enterprise}:${name}`,
      `${core}:${name}`,
      `urn:${name}:${name}`,
    ]
    for (const text of forms) {
      refused(text)
      refused(text, allowing('shortExtensionPath'))
    }
    assertRefused(
      () =>
        bindPath(
          {
            path: { schema: undefined, attribute: name, subAttribute: undefined, position: 0 },
            filter: undefined,
            subAttribute: undefined,
            text: name,
          },
          user,
        ),
      'invalidPath',
    )
  }
})

test('TRAP-D23: dots, brackets, colons and quotation marks inside a literal belong to the literal', () => {
  const literal = String.raw`"a].b:c\"d['e"`
  const bound = bind(`${core}:emails[value eq ${literal} and type ne "]"].display`)
  assert.ok(bound.kind === 'attribute' && bound.filter !== undefined)
  assert.equal(bound.ref.subAttribute?.name, 'display')
  assert.equal(matchElement(bound.filter, { value: `A].B:C"D['E` }), true)
  assert.equal(matchElement(bound.filter, { value: 'a' }), false)
})

test('paths are printed in one spelling', () => {
  assert.equal(
    printPath(parsePath(`${core}:emails[ TYPE EQ  "a" AND NOT(value PR) ].value`)),
    `${core}:emails[TYPE eq "a" and not (value pr)].value`,
  )
  assert.equal(printPath(parsePath(enterprise)), enterprise)
  assert.equal(printPath(parsePath(badge)), badge)
})

test('an error says where the path broke', () => {
  const error = refused('emails[type eq "work"],')
  assert.equal(error.position, 22)
  assert.match(error.message, /^The path is malformed at character 23/)
})

test('a value filter may select values of a simple multi-valued attribute', () => {
  const bound = bind(`${badge}:tags[value sw "a"]`)
  assert.ok(bound.kind === 'attribute' && bound.filter !== undefined)
  assert.equal(matchElement(bound.filter, 'Abc'), true)
  assert.equal(matchElement(bound.filter, 'bca'), false)
  refused(`${badge}:tags[value sw "a"].value`)
})

test('leniencies hold in paths as in filters, each only when it is allowed', () => {
  refused(`emails[type eq 'work']`)
  assert.equal(show(`emails[type eq 'work'].value`, allowing('singleQuotes')), 'base emails [] value')
  refused('roles[primary eq "True"].value')
  assert.equal(show('roles[primary eq "True"].value', allowing('booleanText')), 'base roles [] value')
  refused('manager.value')
  assert.equal(show('manager.value', allowing('shortExtensionPath')), `${enterprise} manager value`)
  assert.equal(show('manager', allowing('shortExtensionPath')), `${enterprise} manager`)
})

test('paths over the limits are refused', () => {
  refused('a'.repeat(200_000))
  refused(`emails[${'('.repeat(40)}type pr${')'.repeat(40)}]`)
  refused(`emails[${'type pr or '.repeat(600)}type pr]`)
})

test('attribute lists name attributes, sub-attributes and whole extensions by URN', () => {
  const { position, ...path } = parseAttributePath(`${enterprise}:manager.displayName`)
  assert.deepEqual(path, { schema: enterprise, attribute: 'manager', subAttribute: 'displayName' })
  assert.equal(position, 0)
  for (const text of ['', 'a.b.c', 'a[b pr]', 'a b', 'a,b', '__proto__', 'a eq "x"', 'urn:a:'])
    assertRefused(() => parseAttributePath(text), 'invalidPath')
})
