import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sourcePlace, sourceRules, sourceSettings } from '@rollcall/admin-api'
import { suggestRules } from '../src/source-rules/suggest-rules.ts'
import {
  firstWritten,
  fromPlace,
  isWhole,
  kinds,
  toPlace,
  type Kind,
  type Written,
} from '../src/source-setup/place-fields.ts'
import { fromSchedule, toSchedule } from '../src/source-setup/schedule-fields.ts'

/** What somebody writes into the form of each kind. */
const written: { readonly [kind in Kind]: Written } = {
  file: { 'csv.encoding': 'euc-kr', 'csv.delimiter': '\t', 'csv.trailer.mark': 'END' },
  folder: { path: 'hr', pattern: 'people-*.csv' },
  url: { url: 'https://hr.example/people.jsonl', format: 'jsonl' },
  http: {
    url: 'https://hr.example/api',
    recordsAt: 'data',
    'paging.style': 'cursor',
    'paging.parameter': 'after',
    'paging.nextAt': 'meta.next',
    'delta.parameter': 'updatedSince',
    'delta.format': 'epochSeconds',
  },
  sql: { host: 'db.example', database: 'hr', query: 'select * from people', key: 'id', 'delta.column': 'changed_at' },
  ldap: {
    flavour: 'openldap',
    host: 'ldap.example',
    bases: 'ou=People,dc=acme,dc=example\n\nou=Staff,dc=acme,dc=example',
    'groups.memberAttribute': 'uniqueMember',
  },
  scim: { url: 'https://app.example/scim/v2', filter: 'active eq true' },
  upload: {},
}

test('every kind’s form makes a place that the API takes, and shows it again as it was written', () => {
  for (const kind of kinds) {
    const form = { ...firstWritten(kind), ...written[kind] }
    assert.ok(isWhole(kind, form), kind)
    const place = sourcePlace.parse(toPlace(kind, form))
    assert.equal(place.kind, kind)
    assert.deepEqual(sourcePlace.parse(toPlace(kind, fromPlace(place), place)), place, kind)
  }
})

test('what no field shows stays; another way of paging takes nothing of the one before; an emptied lead ends its object', () => {
  const place = sourcePlace.parse({
    kind: 'http',
    url: 'https://hr.example/api',
    paging: { style: 'page', first: 0, parameter: 'p' },
    delta: { parameter: 'since', overlapMinutes: 30 },
  })
  const form = fromPlace(place)
  const renamed = toPlace('http', { ...form, recordsAt: 'list' }, place)
  assert.ok(renamed.kind === 'http' && renamed.paging.style === 'page' && renamed.paging.first === 0)
  assert.equal(renamed.delta?.overlapMinutes, 30)
  const linked = toPlace('http', { ...form, 'paging.style': 'link', 'delta.parameter': '' }, place)
  assert.ok(linked.kind === 'http')
  assert.deepEqual(sourcePlace.parse(linked), {
    kind: 'http',
    url: place.kind === 'http' ? place.url : '',
    paging: { style: 'link', size: 100 },
  })
})

test('a required field that is empty is no place yet', () => {
  assert.ok(!isWhole('sql', { ...firstWritten('sql'), ...written.sql, key: ' ' }))
  assert.ok(isWhole('upload', firstWritten('upload')))
})

test('columns as HR systems name them, in four languages, become rules that the API takes', () => {
  const cases = [
    ['employee_id', 'First Name', 'Last Name', 'Work E-Mail', 'email', 'Department', 'start_date'],
    ['사번', '성', '이름', '이메일', '부서', '입사일'],
    ['社員番号', '姓', '名', 'メール', '部署', '入社日'],
    ['Matricule', 'Nom', 'Prénom', 'Courriel', 'Service', 'Date d’entrée'],
  ]
  for (const columns of cases) {
    const record = Object.fromEntries(columns.map((name) => [name, 'x']))
    const rules = sourceRules.parse(suggestRules(columns, [record]))
    assert.equal(rules.anchor, columns[0])
    const targets = rules.mappings.map(({ target }) => target)
    for (const wanted of ['userName', 'name.givenName', 'name.familyName', 'displayName'])
      assert.ok(targets.includes(wanted), `${columns[0]}: ${wanted}`)
    assert.ok(targets.some((target) => target.endsWith(':department')))
    assert.equal(rules.correlation.length, 1)
  }
})

test('a column of days is one of days only where days stand in it; without names one with different values names records', () => {
  const columns = ['ref', 'mail', 'hireDate']
  const days = suggestRules(columns, [{ ref: 'a', mail: 'a@x.example', hireDate: '2026-01-02' }])
  assert.equal(days?.lifecycle.activeFrom, undefined, 'one record says nothing of what is unique')
  const two = [
    { ref: 'a', mail: 'a@x.example', hireDate: '2026-01-02' },
    { ref: 'b', mail: 'b@x.example', hireDate: '2026-01-02' },
  ]
  assert.equal(suggestRules(columns, two)?.anchor, 'ref')
  assert.equal(suggestRules(columns, two)?.lifecycle.activeFrom, 'hireDate')
  const texts = two.map((record) => ({ ...record, hireDate: 'soon' }))
  assert.equal(suggestRules(columns, texts)?.lifecycle.activeFrom, undefined)
  assert.equal(suggestRules(['colour'], [{ colour: 'red' }, { colour: 'red' }]), undefined)
})

test('a schedule is shown in words where it is a plain daily one, else as it is written', () => {
  const read = (cron: string) => fromSchedule({ kind: 'cron', cron, timeZone: 'Asia/Seoul' }, 'UTC')
  assert.deepEqual(
    ['30 6 * * 1-5', '0 18 * * *', '*/5 * * * *'].map((cron) => read(cron).rhythm),
    ['weekdays', 'daily', 'cron'],
  )
  for (const cron of ['30 6 * * 1-5', '0 18 * * *', '*/5 * * * *']) {
    const schedule = toSchedule(read(cron))
    assert.deepEqual(schedule, { kind: 'cron', cron, timeZone: 'Asia/Seoul' })
    assert.deepEqual(sourceSettings.parse({ schedule }).schedule, schedule)
  }
  assert.deepEqual(toSchedule(fromSchedule({ kind: 'interval', minutes: 15 }, 'UTC')), {
    kind: 'interval',
    minutes: 15,
  })
  assert.deepEqual(toSchedule(fromSchedule({ kind: 'none' }, 'UTC')), { kind: 'none' })
})
