import assert from 'node:assert/strict'
import { test } from 'node:test'
import { findFaults } from '../check-catalogues.mjs'

const page = `export function Page() {
  const { t } = useTranslation('tea')
  return <h1 title={t('title')}>{t('cups', { count })}</h1>
}
`
const english = { title: 'Tea', cups_one: '{{count}} cup', cups_other: '{{count}} cups' }
const sound = {
  'tea/page.tsx': page,
  'locales/en/tea.json': english,
  'locales/ko/tea.json': { title: '차', cups_other: '{{count}}잔' },
  'locales/ja/tea.json': { title: 'お茶', cups_other: '{{count}} 杯' },
  'locales/fr/tea.json': {
    title: 'Thé',
    cups_one: '{{count}} tasse',
    cups_many: '{{count}} de tasses',
    cups_other: '{{count}} tasses',
  },
}

function faultsOf(changed: Readonly<Record<string, unknown>>): readonly string[] {
  const files = new Map<string, unknown>(Object.entries({ ...sound, ...changed }))
  const read = (path: string): string => {
    const file = files.get(path)
    return typeof file === 'string' ? file : JSON.stringify(file)
  }
  return findFaults([...files.keys()], read)
}

test('a catalogue is whole in four languages, with every plural category, the same placeholders, and nothing missing or unused', () => {
  assert.deepEqual(faultsOf({}), [])
  const { cups_many: _, ...withoutMany } = sound['locales/fr/tea.json']
  assert.deepEqual(faultsOf({ 'locales/fr/tea.json': withoutMany }), ['fr/tea: cups_many is missing'])
  const pluralJapanese = { ...sound['locales/ja/tea.json'], cups_one: '{{count}} 杯' }
  assert.deepEqual(faultsOf({ 'locales/ja/tea.json': pluralJapanese }), ['ja/tea: cups_one is never asked for here'])
  assert.deepEqual(faultsOf({ 'locales/ko/tea.json': { title: '', cups_other: '{{n}}잔' } }), [
    'ko/tea: cups_other has n, English has count',
    'ko/tea: title is empty',
  ])
  const { 'tea/page.tsx': __, ...words } = sound
  const catalogues = new Map<string, object>(Object.entries(words))
  const more = Object.fromEntries(
    ['en', 'ko', 'ja', 'fr'].map((language) => {
      const path = `locales/${language}/tea.json`
      return [path, { ...catalogues.get(path), milk: 'Milk' }]
    }),
  )
  assert.deepEqual(faultsOf(more), ['en/tea: milk is used nowhere'])
  assert.deepEqual(faultsOf({ 'tea/page.tsx': `${page}t('sugar')` }), ['tea/page.tsx: sugar is in no catalogue'])
})

test('words in the code are refused: between tags and in attributes that people read', () => {
  const written = page.replace("{t('cups', { count })}", 'Many cups')
  assert.deepEqual(faultsOf({ 'tea/page.tsx': `${written}t('cups')` }), [
    'tea/page.tsx: “Many cups” belongs into the catalogues',
  ])
  const labelled = page.replace("title={t('title')}", 'aria-label="A cup of tea"')
  assert.deepEqual(faultsOf({ 'tea/page.tsx': `${labelled}t('title')` }), [
    'tea/page.tsx: “A cup of tea” belongs into the catalogues',
  ])
})
