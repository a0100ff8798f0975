/** Languages that every guide is written in. */
export const guideLanguages = ['en', 'ko', 'ja', 'fr'] as const

export type GuideLanguage = (typeof guideLanguages)[number]

/**
 * One text in every language. Inside it `**Label**` is a label of the provider's own pages, which stays English,
 * `` `code` `` is to be taken to the letter, and `{scimUrl}` is a value of the reader's own installation.
 */
export type GuideWords = Readonly<Record<GuideLanguage, string>>

/** Identity providers that there is a guide for. */
export const guideProviders = ['okta', 'entra', 'onelogin', 'jumpcloud', 'google', 'ping', 'generic'] as const

export type GuideProvider = (typeof guideProviders)[number]

export type GuideProtocol = 'scim' | 'saml'

/** Values of ours that are copied into the provider's pages. */
export const guideValues = [
  'scimUrl',
  'scimToken',
  'entityId',
  'acsUrl',
  'metadataUrl',
  'singleLogoutUrl',
  'signInUrl',
] as const

export type GuideValue = (typeof guideValues)[number]

/** What the provider has for us: the address of its metadata, or the document itself. */
export type GuideReturn = 'metadataUrl' | 'metadataXml'

/** One field of a page of the provider, in that page's order. */
export type GuideField =
  | { readonly label: string; readonly copy: GuideValue; readonly prefix?: string }
  | { readonly label: string; readonly enter: string }
  | { readonly label: string; readonly give: GuideReturn }

export type GuideStep = {
  /** Unique within the guide; stable. */
  readonly id: string
  readonly title: GuideWords
  readonly text: GuideWords
  /** Where in the provider's pages: what is clicked, in order. */
  readonly path: readonly string[]
  readonly fields: readonly GuideField[]
  /** False: no current documentation was found that has these labels. */
  readonly isVerified: boolean
}

/** A request by which one sees that the provider has begun. */
export type GuideArrival = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  /** What is answered when all is well. */
  readonly status: number
  readonly means: GuideWords
}

/** What somebody does there, what is sent (code, the same in every language; empty: nothing), what it becomes here. */
export type GuideEffect = { readonly there: GuideWords; readonly sent: string; readonly here: GuideWords }

/** A claim of an assertion: what it is there, what it must be called. */
export type GuideClaim = { readonly source: string; readonly claim: string; readonly attribute: string }

type Shared = {
  readonly provider: GuideProvider
  /** As the provider calls itself. */
  readonly product: string
  readonly intro: GuideWords
  readonly steps: readonly GuideStep[]
  /** What is particular there, and what we make of it. */
  readonly notes: readonly GuideWords[]
  /** Day of the last comparison with the sources. */
  readonly verifiedOn: string
  readonly sources: readonly { readonly title: string; readonly url: string }[]
}

export type ScimGuide = Shared & {
  readonly protocol: 'scim'
  /** Profile of the connection. */
  readonly profile: 'okta' | 'entra' | 'default'
  readonly arrivals: readonly GuideArrival[]
  readonly effects: readonly GuideEffect[]
}

export type SamlGuide = Shared & {
  readonly protocol: 'saml'
  /** Preset of the identity provider; undefined: the claims are given by hand. */
  readonly preset: 'okta' | 'entra' | 'google' | undefined
  readonly claims: readonly GuideClaim[]
}

export type ProviderGuide = ScimGuide | SamlGuide

/** A piece of a text of a guide. */
export type GuidePiece = { readonly kind: 'text' | 'label' | 'code' | 'value'; readonly text: string }

const marks = /\*\*([^*]+)\*\*|`([^`]+)`|\{([A-Za-z]+)\}/g

/**
 * Cuts a text of a guide into plain text, labels, code and values, so that no reader of it needs Markdown.
 *
 * @example
 * ```ts
 * import { parseGuideText } from '@rollcall/admin-api/provider-guides'
 *
 * console.log(parseGuideText('Paste {scimUrl} into **Tenant URL**.').map(({ kind }) => kind).join()) // text,value,text,label,text
 * ```
 */
export function parseGuideText(text: string): readonly GuidePiece[] {
  const pieces: GuidePiece[] = []
  let end = 0
  for (const found of text.matchAll(marks)) {
    if (found.index > end) pieces.push({ kind: 'text', text: text.slice(end, found.index) })
    const [whole, label, code, value = ''] = found
    if (label !== undefined) pieces.push({ kind: 'label', text: label })
    else pieces.push(code === undefined ? { kind: 'value', text: value } : { kind: 'code', text: code })
    end = found.index + whole.length
  }
  if (end < text.length) pieces.push({ kind: 'text', text: text.slice(end) })
  return pieces
}

/** The same text in English, Korean, Japanese and French. */
export function words(en: string, ko: string, ja: string, fr: string): GuideWords {
  return { en, ko, ja, fr }
}
