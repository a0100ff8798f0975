// The console's words: every key in all four languages, every plural category, the same placeholders, none missing or unused,
// and none written into the code. Without it a language would fall behind with the first hurried change. Run by `npm run check`.
import { globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const source = join(dirname(dirname(fileURLToPath(import.meta.url))), 'apps', 'console', 'src')
const languages = ['en', 'ko', 'ja', 'fr']
const plural = /_(zero|one|two|few|many|other)$/

/** Everything that is wrong, one a line. `read` gives the text of a file below the folder of the console's sources. */
export function findFaults(paths, read) {
  const catalogues = readCatalogues(paths, read)
  const faults = [...catalogues].flatMap(([namespace, byLanguage]) => compare(namespace, byLanguage))
  const code = paths.filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.test.ts'))
  const used = new Set()
  for (const path of code) {
    const text = read(path)
    faults.push(...findMissing(path, text, catalogues, used))
    if (path.endsWith('.tsx')) faults.push(...findWritten(path, text))
  }
  return [...faults, ...findUnused(catalogues, used)]
}

function readCatalogues(paths, read) {
  const catalogues = new Map()
  for (const path of paths) {
    const [, language, namespace] = /^locales\/(\w+)\/(\w+)\.json$/.exec(path) ?? []
    if (namespace === undefined) continue
    if (!catalogues.has(namespace)) catalogues.set(namespace, new Map())
    catalogues.get(namespace).set(language, flatten(JSON.parse(read(path))))
  }
  return catalogues
}

function flatten(words, prefix = '') {
  const entries = Object.entries(words).flatMap(([key, value]) =>
    typeof value === 'string' ? [[prefix + key, value]] : [...flatten(value, `${prefix}${key}.`)],
  )
  return new Map(entries)
}

function compare(namespace, byLanguage) {
  const bases = new Map()
  for (const words of byLanguage.values())
    for (const key of words.keys()) {
      const base = key.replace(plural, '')
      bases.set(base, (bases.get(base) ?? false) || plural.test(key))
    }
  return languages.flatMap((language) => compareOne({ namespace, language, byLanguage }, bases))
}

/** `bases`: every key without its plural category, and whether it has any. */
function compareOne(place, bases) {
  const { namespace, language, byLanguage } = place
  const words = byLanguage.get(language) ?? new Map()
  const say = (what) => `${language}/${namespace}: ${what}`
  const categories = categoriesOf(language)
  const wanted = [...bases].flatMap(([base, isPlural]) =>
    isPlural ? categories.map((category) => `${base}_${category}`) : [base],
  )
  const faults = wanted.flatMap((key) => comparePlaceholders(key, place))
  for (const key of wanted) if (!words.has(key)) faults.push(say(`${key} is missing`))
  for (const [key, text] of words) {
    const category = plural.exec(key)?.[1]
    if (category !== undefined && !categories.includes(category)) faults.push(say(`${key} is never asked for here`))
    if (text.trim() === '') faults.push(say(`${key} is empty`))
  }
  return faults
}

function categoriesOf(language) {
  return new Intl.PluralRules(language).resolvedOptions().pluralCategories
}

/** Of a plural the forms for one may leave the number out. */
function comparePlaceholders(key, { namespace, language, byLanguage }) {
  const text = byLanguage.get(language)?.get(key)
  const english = byLanguage.get('en')
  const model = english?.get(key) ?? english?.get(key.replace(plural, '_other'))
  if (text === undefined || model === undefined || key.endsWith('_one')) return []
  const [own, other] = [placeholdersOf(text), placeholdersOf(model)]
  return own === other
    ? []
    : [`${language}/${namespace}: ${key} has ${own || 'no placeholder'}, English has ${other || 'none'}`]
}

function placeholdersOf(text) {
  const found = [...text.matchAll(/\{\{\s*(\w+)[^}]*\}\}|<\/?(\w+)\/?>/g)].map(([, name, tag]) => name ?? `<${tag}>`)
  return [...new Set(found)].sort((a, b) => (a < b ? -1 : 1)).join(', ')
}

const callOf = /\bt\(\s*(?:'([^']+)'|`([^`]+)`|([^)]*?\?[^)]*))/g

/** Keys that the code asks for and no catalogue has; those that it asks for go into `used`. */
function findMissing(path, text, catalogues, used) {
  const own = [...text.matchAll(/useTranslation\((?:'(\w+)'|\[([^\]]*)\])?\)/g)].flatMap(([, one, many]) =>
    one !== undefined ? [one] : (many ?? "'common'").split(',').map((name) => name.trim().replaceAll("'", '')),
  )
  const namespaces = own.length === 0 ? [...catalogues.keys()] : [...new Set(own)]
  const faults = []
  for (const [, literal, template, choice] of text.matchAll(callOf)) {
    const asked = literal ?? template
    const keys = asked === undefined ? [...choice.matchAll(/'([^']+)'/g)].map(([, key]) => key) : [asked]
    for (const key of keys) {
      const [namespace, name] = key.includes(':') ? key.split(':') : [undefined, key]
      const found = (namespace === undefined ? namespaces : [namespace]).flatMap((each) =>
        match(each, name, catalogues),
      )
      for (const each of found) used.add(each)
      if (found.length === 0) faults.push(`${path}: ${key} is in no catalogue`)
    }
  }
  // Keys that are handed on before they are asked for: `label: 'users:tab.active'`.
  for (const [, namespace, name] of text.matchAll(/'(\w+):([\w.]+)'/g))
    for (const each of match(namespace, name, catalogues)) used.add(each)
  return faults
}

function match(namespace, name, catalogues) {
  const words = catalogues.get(namespace)?.get('en')
  if (words === undefined) return []
  const pattern = new RegExp(
    `^${name
      .split(/\$\{[^}]*\}/)
      .map(escape)
      .join('[\\w.]+')}$`,
  )
  return [...words.keys()].filter((key) => pattern.test(key.replace(plural, ''))).map((key) => `${namespace}:${key}`)
}

function escape(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

function findUnused(catalogues, used) {
  return [...catalogues].flatMap(([namespace, byLanguage]) =>
    [...(byLanguage.get('en')?.keys() ?? [])]
      .filter((key) => !used.has(`${namespace}:${key}`))
      .map((key) => `en/${namespace}: ${key} is used nowhere`),
  )
}

const spoken = /\b(?:aria-label|label|title|placeholder|alt|description)="([^"{]*\p{L}{2}[^"]*)"/gu

/** Text that stands between tags or in an attribute that people read. */
function findWritten(path, text) {
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '').replace(/^import .*$/gm, '')
  const markup = [...code.matchAll(/<[A-Za-z][^<>]*>\s*([^<>{}]*\p{L}{2}[^<>{}]*)<\/[A-Za-z]/gu)]
  const faults = [...code.matchAll(spoken), ...markup]
    .map(([, words]) => words.trim())
    .filter((words) => !/[=;()]|=>/.test(words))
  return faults.map((words) => `${path}: “${words}” belongs into the catalogues`)
}

function run() {
  const paths = globSync('**/*.{ts,tsx,json}', { cwd: source }).map((path) => path.replaceAll('\\', '/'))
  const faults = findFaults(paths, (path) => readFileSync(join(source, path), 'utf8'))
  for (const fault of faults) console.error(fault)
  return faults.length === 0 ? 0 : 1
}

if (basename(process.argv[1] ?? '') === basename(fileURLToPath(import.meta.url))) process.exit(run())
