// Writes docs/setup from the guides that the console shows too: node --conditions=@rollcall/source apps/server/test/guides/setup-pages.ts
// A test compares what stands there with what the guides say.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  getSamlGuide,
  getScimGuide,
  guideLanguages,
  guideProviders,
  guideValues,
  parseGuideText,
  type GuideField,
  type GuideLanguage,
  type GuideProvider,
  type GuideStep,
  type GuideValue,
  type ProviderGuide,
  type SamlGuide,
  type ScimGuide,
} from '@rollcall/admin-api/provider-guides'
import { pageWords, type PageWords } from './page-words.ts'

const directory = fileURLToPath(new URL('../../../../docs/setup', import.meta.url))
const generated = '<!-- Made by apps/server/test/guides/setup-pages.ts; do not edit. -->'

/** Where a value comes from when one works with the command line. */
const origins: Readonly<Record<GuideValue, string>> = {
  scimUrl: 'connection create → scimUrl',
  scimToken: 'key create → key',
  entityId: 'identity-provider create → saml.serviceProvider.entityId',
  acsUrl: 'identity-provider create → saml.serviceProvider.assertionConsumerServiceUrl',
  metadataUrl: 'identity-provider create → saml.serviceProvider.entityId',
  singleLogoutUrl: 'identity-provider create → saml.serviceProvider.singleLogoutUrl',
  signInUrl: 'identity-provider create → saml.serviceProvider.signInUrl',
}

/** Path below docs/setup → content. */
export function listSetupPages(): ReadonlyMap<string, string> {
  return new Map(
    guideProviders.flatMap((provider) =>
      guideLanguages.map((language) => [`${provider}.${language}.md`, toPage(provider, language)] as const),
    ),
  )
}

export function setupPath(name: string): string {
  return join(directory, name)
}

function toPage(provider: GuideProvider, language: GuideLanguage): string {
  const [scim, saml] = [getScimGuide(provider), getSamlGuide(provider)]
  const text = pageWords[language]
  const others = guideLanguages.map((each) =>
    each === language ? `**${pageWords[each].language}**` : `[${pageWords[each].language}](${provider}.${each}.md)`,
  )
  const sources = new Map([...scim.sources, ...saml.sources].map(({ title, url }) => [url, title]))
  return `${[
    generated,
    `# ${provider === 'generic' ? text.otherTitle : scim.product}`,
    others.join(' · '),
    text.labels(scim.verifiedOn),
    ...toScim(scim, language),
    ...toSaml(saml, language),
    `## ${text.sources}`,
    [...sources].map(([url, title]) => `- [${title}](${url})`).join('\n'),
  ].join('\n\n')}\n`
}

function toScim(guide: ScimGuide, language: GuideLanguage): readonly string[] {
  const text = pageWords[language]
  const commands = [
    `rollcall connection create --organization acme --type scim --profile ${guide.profile} --style rollcall --name "${guide.product}"`,
    'rollcall key create --organization acme --scope scim --connection <id>',
    'rollcall connection test <id> --key <key>',
  ]
  const arrivals = guide.arrivals.map(({ method, path, status, means }) => [
    code(`${method} ${path}`),
    String(status),
    toMarkdown(means[language]),
  ])
  const effects = guide.effects.map(({ there, sent, here }) => [
    toMarkdown(there[language]),
    sent === '' ? '–' : code(sent),
    toMarkdown(here[language]),
  ])
  return [
    `## ${text.scim}`,
    toMarkdown(guide.intro[language]),
    ...toOwnPart(text, { commands, intro: text.scimCommands, guide }),
    `### ${guide.provider === 'generic' ? text.inOther : text.inProvider(guide.product)}`,
    ...toSteps(guide, language),
    `### ${text.arrivals}`,
    text.arrivalsIntro,
    toTable([text.request, text.answer, text.means], arrivals),
    `### ${text.effects}`,
    toTable([text.done, text.sent, text.becomes], effects),
    ...toNotes(guide, language),
  ]
}

function toSaml(guide: SamlGuide, language: GuideLanguage): readonly string[] {
  const text = pageWords[language]
  const isFile = guide.steps.some(({ fields }) =>
    fields.some((field) => 'give' in field && field.give === 'metadataXml'),
  )
  const metadata = isFile ? '--metadata-file <file>' : '--metadata-url <address>'
  const named = guide.claims.filter(({ claim }) => !claim.startsWith('NameID') && claim !== 'groups')
  const attributes =
    guide.preset === undefined ? named.map(({ claim, attribute }) => `--attribute ${ours(attribute)}=${claim}`) : []
  const how = guide.preset === undefined ? ['--name-id emailAddress', ...attributes] : [`--preset ${guide.preset}`]
  const commands = [`rollcall identity-provider create --organization acme ${[...how, metadata, '--json'].join(' ')}`]
  const claims = guide.claims.map(({ source, claim, attribute }) => [source, code(claim), code(attribute)])
  return [
    `## ${text.saml}`,
    toMarkdown(guide.intro[language]),
    ...toOwnPart(text, { commands, intro: text.samlCommands, guide }),
    `### ${guide.provider === 'generic' ? text.inOther : text.inProvider(guide.product)}`,
    ...toSteps(guide, language),
    `### ${text.claims}`,
    toTable([text.source, text.claim, text.attribute], claims),
    ...toNotes(guide, language),
  ]
}

/** What the command line calls an attribute of SCIM. */
function ours(attribute: string): string {
  return attribute.startsWith('emails') ? 'email' : attribute.replace('name.', '')
}

type OwnPart = { readonly commands: readonly string[]; readonly intro: string; readonly guide: ProviderGuide }

function toOwnPart(text: PageWords, { commands, intro, guide }: OwnPart): readonly string[] {
  const values = listValues(guide).map((value) => `- ${code(`{${value}}`)}: ${code(origins[value])}`)
  return [`### ${text.inRollcall}`, `\`\`\`sh\n${commands.join('\n')}\n\`\`\``, intro, text.values, values.join('\n')]
}

/** Values that a guide names, in the order in which `origins` has them. */
function listValues(guide: ProviderGuide): readonly GuideValue[] {
  const copied = guide.steps.flatMap(({ fields }) => fields.flatMap((field) => ('copy' in field ? [field.copy] : [])))
  const texts = [guide.intro, ...guide.steps.map(({ text }) => text), ...guide.notes]
  const written = texts.flatMap(({ en }) => parseGuideText(en).filter(({ kind }) => kind === 'value'))
  const named = new Set<string>([...copied, ...written.map(({ text }) => text)])
  return guideValues.filter((value) => named.has(value))
}

function toSteps(guide: ProviderGuide, language: GuideLanguage): readonly string[] {
  return guide.steps.map((step, index) => {
    const lines = toStep(step, language)
    const indent = `${String(index + 1)}. `.length
    const block = lines.join('\n\n').replaceAll(/^(?=.)/gm, ' '.repeat(indent))
    return `${String(index + 1)}. ${block.trimStart()}`
  })
}

function toStep({ title, text, path, fields, isVerified }: GuideStep, language: GuideLanguage): readonly string[] {
  const words = pageWords[language]
  const where = path.length === 0 ? [] : [path.map((label) => `**${label}**`).join(' → ')]
  const rows = fields.map((field) => [`**${field.label}**`, toValue(field, words)])
  return [
    `**${title[language]}**`,
    ...where,
    ...(rows.length === 0 ? [] : [toTable([words.field, words.value], rows)]),
    toMarkdown(text[language]),
    ...(isVerified ? [] : [`*${words.unverified}*`]),
  ]
}

function toValue(field: GuideField, words: PageWords): string {
  if ('copy' in field) return code(`{${field.copy}}`)
  if ('enter' in field) return code(field.enter)
  return field.give === 'metadataUrl' ? words.giveUrl : words.giveFile
}

function toNotes(guide: ProviderGuide, language: GuideLanguage): readonly string[] {
  const notes = guide.notes.map((note) => `- ${toMarkdown(note[language])}`)
  return [`### ${pageWords[language].notes}`, notes.join('\n')]
}

function toMarkdown(text: string): string {
  return parseGuideText(text)
    .map((piece) => {
      if (piece.kind === 'label') return bold(piece.text)
      if (piece.kind === 'code') return code(piece.text)
      return piece.kind === 'value' ? code(`{${piece.text}}`) : piece.text
    })
    .join('')
}

/** CommonMark ends nothing by `**` that stands between a bracket and a letter, as it does before Korean and Japanese particles. */
function bold(label: string): string {
  return /[\p{L}\p{N}]$/u.test(label) ? `**${label}**` : `<strong>${label}</strong>`
}

function code(text: string): string {
  return `\`${text}\``
}

function toTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [heads, heads.map(() => '---'), ...rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))]
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

if (import.meta.main) {
  mkdirSync(directory, { recursive: true })
  for (const [name, content] of listSetupPages()) writeFileSync(setupPath(name), content)
}
