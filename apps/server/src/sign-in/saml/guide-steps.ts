import {
  getSamlGuide,
  parseGuideText,
  type GuideField,
  type GuideProvider,
  type GuideStep,
  type GuideValue,
} from '@rollcall/admin-api/provider-guides'

/** As our API calls what the guides have the reader copy. */
const names: Readonly<Partial<Record<GuideValue, string>>> = {
  acsUrl: 'assertionConsumerServiceUrl',
  metadataUrl: 'entityId',
}

/** The steps of a provider's guide as plain English lines, for whoever works without the console. */
export function listGuideSteps(provider: GuideProvider): readonly string[] {
  return getSamlGuide(provider).steps.map(toLine)
}

function toLine({ path, fields, text }: GuideStep): string {
  const entered = fields.map(describeField).join('; ')
  const told = parseGuideText(text.en)
    .map((piece) => piece.text)
    .join('')
  return `${path.join(', ')}: ${entered === '' ? '' : `${entered}. `}${told}`
}

function describeField(field: GuideField): string {
  if ('copy' in field) return `${field.label} = ${names[field.copy] ?? field.copy}`
  if ('enter' in field) return `${field.label} = ${field.enter}`
  return `${field.label} → ${field.give}`
}
