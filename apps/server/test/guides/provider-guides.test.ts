import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  findArrival,
  getScimGuide,
  guideLanguages,
  guideProviders,
  guideValues,
  listGuides,
  parseGuideText,
  type GuideLanguage,
  type GuideWords,
  type ProviderGuide,
  type ScimGuide,
} from '@rollcall/admin-api/provider-guides'
import { findProfile } from '@rollcall/scim'
import { createProgram } from '../../../cli/src/program.ts'
import { getSamlPreset } from '../../src/sign-in/saml/presets.ts'
import { createTestProvisioning, type TestProvisioning } from '../harness/provisioning.ts'
import { root } from '../harness/spawn.ts'
import { listSetupPages, setupPath } from './setup-pages.ts'

const guides = listGuides()
const pages = listSetupPages()
const remedy = 'run: node --conditions=@rollcall/source apps/server/test/guides/setup-pages.ts'

let server: TestProvisioning
before(async () => {
  server = await createTestProvisioning()
})
after(() => server.close())

function nameOf({ provider, protocol }: ProviderGuide): string {
  return `${provider} ${protocol}`
}

/** Whole sentences, in the order of the page. */
function listTexts(guide: ProviderGuide): readonly GuideWords[] {
  return [guide.intro, ...guide.steps.map(({ text }) => text), ...guide.notes]
}

/** Titles and cells, which are no sentences. */
function listShortTexts(guide: ProviderGuide): readonly GuideWords[] {
  const titles = guide.steps.map(({ title }) => title)
  if (guide.protocol === 'saml') return titles
  return [
    ...titles,
    ...guide.arrivals.map(({ means }) => means),
    ...guide.effects.flatMap(({ there, here }) => [there, here]),
  ]
}

test('CON-N3: there is a guide for each provider over SCIM and over SAML, with steps, a date and sources', () => {
  assert.deepEqual(
    guides.map(nameOf),
    guideProviders.flatMap((provider) => [`${provider} scim`, `${provider} saml`]),
  )
  for (const guide of guides) {
    const ids = guide.steps.map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length, nameOf(guide))
    assert.ok(ids.length >= 4, nameOf(guide))
    assert.match(guide.verifiedOn, /^2026-\d\d-\d\d$/)
    assert.ok(guide.sources.length > 0)
    for (const { url } of guide.sources) assert.match(url, /^https:\/\/[^\s]+$/)
    const copied = guide.steps.flatMap(({ fields }) => fields.flatMap((field) => ('copy' in field ? [field.copy] : [])))
    const needed = guide.protocol === 'scim' ? ['scimUrl', 'scimToken'] : ['entityId', 'acsUrl']
    for (const value of needed)
      assert.ok(
        copied.some((each) => each === value),
        `${nameOf(guide)}: ${value}`,
      )
    if (guide.protocol === 'scim') assert.ok(findProfile(guide.profile))
    else {
      assert.ok(
        guide.steps.some(({ fields }) => fields.some((field) => 'give' in field)),
        nameOf(guide),
      )
      if (guide.preset !== undefined) assert.ok(getSamlPreset(guide.preset))
    }
  }
})

test('CON-N3: every text is there in four languages, with the same labels, code and values, and no value that is unknown', () => {
  const known = new Set<string>(guideValues)
  for (const guide of guides)
    for (const text of [...listTexts(guide), ...listShortTexts(guide)]) {
      const marks = guideLanguages.map((language) =>
        parseGuideText(text[language])
          .filter(({ kind }) => kind !== 'text')
          .map(({ kind, text: piece }) => `${kind} ${piece}`)
          .toSorted(),
      )
      for (const each of marks) assert.deepEqual(each, marks[0], `${nameOf(guide)}: ${text.en}`)
      for (const language of guideLanguages) {
        for (const piece of parseGuideText(text[language])) {
          if (piece.kind === 'value') assert.ok(known.has(piece.text), piece.text)
          if (piece.kind === 'text') assert.doesNotMatch(piece.text, /\*\*|`|[{}]/, text[language])
        }
      }
    }
})

test('CON-N3: Korean, Japanese and French are written in their own letters, manner and marks', () => {
  const letters: Readonly<Record<GuideLanguage, RegExp>> = {
    en: /^[^\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u,
    ko: /\p{Script=Hangul}/u,
    ja: /[\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Han}]/u,
    fr: /^[^\p{Script=Hangul}\p{Script=Hiragana}\p{Script=Katakana}]+$/u,
  }
  for (const guide of guides) {
    for (const text of [...listTexts(guide), ...listShortTexts(guide)]) {
      for (const language of guideLanguages) assert.match(text[language], letters[language], text.en)
      assert.notEqual(text.fr, text.en)
      assert.doesNotMatch(text.en + text.fr, /'/, 'a straight apostrophe')
      // French sets off what stands high; Japanese has full-width marks and no blanks between words.
      assert.doesNotMatch(
        withoutMarks(text.fr),
        /\S[;!?]|[^\s\d]:(?!\/)|(?<!\p{L})(?:tu|ton|ta|tes)(?!\p{L})/iu,
        text.fr,
      )
      assert.doesNotMatch(withoutMarks(text.ja), /[,;?!:()]|\.(?!\d)|[ぁ-ん一-龠] [ぁ-ん一-龠]/, text.ja)
    }
    for (const text of listTexts(guide)) {
      for (const sentence of sentencesOf(text.ko, /(?<=[.:])\s+/))
        assert.match(sentence, /(?:니다|시오)(?:\([^)]+\))?(?:\.|: \{\w+\}\.)$/, text.ko)
      for (const sentence of sentencesOf(text.ja, /(?<=。)/))
        assert.match(sentence, /(?:ます|です|せん|ださい)(?:（[^）]+）)?(?:。|：\{\w+\})$/, text.ja)
    }
  }
})

function sentencesOf(text: string, boundary: RegExp): readonly string[] {
  return text
    .replaceAll(/: (?=\{)/g, ':\u0000')
    .split(boundary)
    .map((sentence) => sentence.replaceAll('\u0000', ' '))
}

function withoutMarks(text: string): string {
  return parseGuideText(text)
    .map((piece) => (piece.kind === 'text' ? piece.text : 'X'))
    .join('')
}

test('CON-N3: docs/setup is made from the guides, in four languages each, says which labels are not sure, and the index leads to all of it', () => {
  const stale = [...pages].filter(([name, content]) => readFileSync(setupPath(name), 'utf8') !== content)
  assert.deepEqual(
    stale.map(([name]) => name),
    [],
    remedy,
  )
  assert.deepEqual(readdirSync(dirname(setupPath('x'))).toSorted(), [...pages.keys()].toSorted())
  for (const [name, page] of pages)
    for (const [whole, label = '', next = ''] of page.matchAll(/\*\*([^*\n]+)\*\*(.?)/gu))
      assert.ok(/[\p{L}\p{N}]$/u.test(label) || !/[\p{L}\p{N}]/u.test(next), `${name}: Markdown does not end ${whole}`)
  const index = readFileSync(join(root, 'docs/README.md'), 'utf8')
  for (const name of pages.keys()) assert.ok(index.includes(`(setup/${name})`), name)
  for (const guide of guides) {
    const page = pages.get(`${guide.provider}.en.md`) ?? ''
    assert.ok(page.includes(guide.verifiedOn) && page.includes('not tried with a live tenant'))
    for (const { fields } of guide.steps)
      for (const { label } of fields) assert.ok(page.includes(`| **${label}** |`), label)
  }
  const unsure = guides.flatMap(({ steps }) => steps.filter(({ isVerified }) => !isVerified))
  const shown = [...pages]
    .filter(([name]) => name.endsWith('.en.md'))
    .flatMap(([, page]) => page.match(/they may differ/g) ?? [])
  assert.ok(unsure.length > 0)
  assert.equal(shown.length, unsure.length)
})

test('CON-N3: the commands of the pages are commands of ours, with options that they have', () => {
  const commands = new Set([...pages.values()].flatMap((page) => page.match(/^rollcall .+$/gm) ?? []))
  assert.ok(commands.size >= 12)
  for (const line of commands) {
    const [, noun = '', verb = '', rest = ''] = /^rollcall (\S+) (\S+)(.*)$/.exec(line) ?? []
    const command = createProgram()
      .commands.find((each) => each.name() === noun)
      ?.commands.find((each) => each.name() === verb)
    assert.ok(command, line)
    for (const flag of rest.match(/--[a-z-]+/g) ?? [])
      assert.ok(
        command.options.some(({ long }) => long === flag),
        `${line}: ${flag}`,
      )
  }
})

test('CON-N3: what a guide says will arrive is answered as it says, by a connection with the profile that it says', async () => {
  for (const guide of guides) {
    if (guide.protocol === 'scim') await playArrivals(guide)
  }
})

async function playArrivals(guide: ScimGuide): Promise<void> {
  const tenant = await server.createTenant(`guide-${guide.provider}`)
  const { key } = await tenant.createConnection({ profile: guide.profile, name: guide.product })
  const headers = { authorization: `Bearer ${key}` }
  let created = ''
  for (const { method, path, status } of guide.arrivals) {
    const filled = path.replace('{id}', created).replace('<random GUID>', guid).replace('…', '1')
    const answer = await tenant.scim(method, encodeURI(filled), bodyOf(method, path), headers)
    assert.equal(answer.status, status, `${guide.provider}: ${method} ${path}: ${answer.text}`)
    if (path.includes('random')) assert.equal(answer.body.totalResults, 0)
    if (method === 'POST' && path === '/Users') created = answer.body.id
  }
}

function bodyOf(method: string, path: string): unknown {
  if (method !== 'POST') return undefined
  return path === '/Groups'
    ? { schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'], displayName: 'Engineering', members: [] }
    : {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'jane@example.com',
        name: { givenName: 'Jane', familyName: 'Doe' },
        emails: [{ value: 'jane@example.com', type: 'work', primary: true }],
        active: true,
      }
}

const guid = '7f4bc1a3-285e-48ae-8202-5accb43efb0e'

type Recorded = {
  readonly tests: readonly { readonly steps: readonly { readonly method: string; readonly path: string }[] }[]
}

test('CON-N3: the requests that the guides announce are found in what was recorded of each identity provider', () => {
  for (const provider of ['okta', 'entra', 'onelogin', 'jumpcloud', 'google'] as const) {
    const guide = getScimGuide(provider)
    const file = join(import.meta.dirname, `../transcripts/sequences/${provider}.json`)
    const recorded: Recorded = JSON.parse(readFileSync(file, 'utf8'))
    const found = new Set(
      recorded.tests.flatMap(({ steps }) =>
        steps.map(({ method, path }) => findArrival(guide, { method, target: path.replaceAll('{{guid}}', guid) })),
      ),
    )
    const unseen = guide.arrivals
      .filter((arrival) => !found.has(arrival))
      .map(({ method, path }) => `${method} ${path}`)
    assert.deepEqual(unseen, [], provider)
  }
})

test('CON-N3: a request that no guide announces is none of its arrivals', () => {
  const guide = getScimGuide('entra')
  const find = (method: string, target: string) => findArrival(guide, { method, target })?.means.en
  assert.match(
    find('GET', '/Users?filter=userName+eq+%227f4bc1a3-285e-48ae-8202-5accb43efb0e%22') ?? '',
    /test of the connection/,
  )
  assert.match(
    find('GET', '/Users?filter=userName+eq+%22jane%40example.com%22&aadOptscim062020') ?? '',
    /cycle has begun/,
  )
  for (const target of [
    '/Users',
    '/Users?filter=externalId eq "a"',
    '/Users?filter=userName+eq+%2',
    '/Users/1?filter=userName eq "a"',
  ])
    assert.equal(find('GET', target), undefined, target)
  assert.equal(find('PATCH', '/Users'), undefined)
})

test('CON-N3: presets of SAML have the steps of their guides, and guides the claims of their presets', () => {
  for (const guide of guides) {
    if (guide.protocol !== 'saml' || guide.preset === undefined) continue
    const preset = getSamlPreset(guide.preset)
    assert.equal(preset.steps.length, guide.steps.length)
    const addresses = preset.steps.find((step) => step.includes('= assertionConsumerServiceUrl')) ?? ''
    assert.match(addresses, /= entityId/)
    for (const step of preset.steps) assert.doesNotMatch(step, /[{}`]|\*\*/)
    const known = new Set(preset.claims.map(({ claim }) => claim))
    for (const { claim } of guide.claims) assert.ok(known.has(claim), `${guide.preset}: ${claim}`)
  }
})
