import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { inflateRawSync } from 'node:zlib'
import { createAdminHarness, type AdminHarness, type Reply } from '../admin/admin-harness.ts'
import type { KeyPair } from '../../src/sign-in/saml/self-signed.ts'
import { createPair, metadataOf, providerUrl } from './saml-provider.ts'

type Entity = {
  createLoginResponse(
    sp: Entity,
    request: object,
    binding: string,
    user: object,
    options: { encryptThenSign: boolean; customTagReplacement(template: string): { id: string; context: string } },
  ): Promise<{ readonly context: string }>
  parseLoginRequest(sp: Entity, binding: string, request: object): Promise<{ readonly extract: Extract }>
  parseLogoutRequest(sp: Entity, binding: string, request: object): Promise<{ readonly extract: Extract }>
}
type Extract = { readonly nameID?: string; readonly issuer?: string; readonly request: { readonly id: string } }
type Samlify = {
  setSchemaValidator(validator: { validate(): Promise<string> }): void
  readonly SamlLib: {
    readonly defaultLoginResponseTemplate: { readonly context: string }
    replaceTagsByValue(template: string, tags: Readonly<Record<string, string>>): string
  }
  IdentityProvider(settings: object): Entity
  ServiceProvider(settings: object): Entity
}

// Its types would bring those of the browser into all of our code.
const samlify = createRequire(import.meta.url)('samlify') as Samlify

// samlify checks XML against its schema only when somebody brings a validator.
samlify.setSchemaValidator({ validate: async () => 'ok' })

/** What the identity provider says of a person, and what it gets wrong on purpose. */
export type Claim = {
  readonly nameId?: string
  readonly nameIdFormat?: string
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>
  readonly sessionIndex?: string
  readonly sessionNotOnOrAfter?: string
  /** Replaces tags of the response before it is signed. */
  readonly tags?: Readonly<Record<string, string>>
  /** Changes the XML before it is signed. */
  readonly before?: (xml: string) => string
  /** Changes the XML after it was signed. */
  readonly after?: (xml: string) => string
  readonly inResponseTo?: string | null
  readonly algorithm?: string
  readonly signs?: 'assertion' | 'message' | 'both'
  readonly encryption?: string
  readonly keyPair?: KeyPair
}

export type Begun = {
  readonly id: string
  readonly relayState: string
  readonly cookie: string
  readonly location: URL
}

/** An organization with a SAML identity provider that is not our code (samlify), and a browser that posts its forms. */
export type SamlHarness = AsyncDisposable & {
  readonly admin: AdminHarness
  readonly key: string
  readonly pair: KeyPair
  /** The one of the admin API. */
  readonly provider: Reply['body']
  /** Ids of the provider may change with `provider`. */
  api(method: string, path: string, body?: unknown): Promise<Reply>
  scim(method: string, path: string, body?: unknown): Promise<Reply>
  begin(next?: string, cookie?: string): Promise<Begun>
  respond(claim: Claim, begun: Begun | undefined): Promise<string>
  post(response: string, options?: { relayState?: string; cookie?: string; language?: string }): Promise<Response>
  /** All of it: begin, ask the identity provider, post. */
  signIn(claim: Claim): Promise<Response>
  /** Reads a message of ours in the redirect binding as the identity provider does, its signature too. */
  parse(location: URL, kind?: 'login' | 'logout'): Promise<{ readonly extract: Extract; readonly xml: string }>
  failures(): Promise<Reply['body']['data']>
}

export async function createSamlHarness({
  preset,
  ...settings
}: { readonly preset?: string } = {}): Promise<SamlHarness> {
  const admin = await createAdminHarness()
  const { key } = await admin.createOrganization('acme')
  const pair = await createPair()
  const path = '/api/v1/organizations/acme'
  const api: SamlHarness['api'] = (method, rest, body) =>
    admin.send(method, path + rest, { key, ...(body !== undefined && { body }) })
  const made = await api('POST', '/identity-providers', {
    type: 'saml',
    ...(preset !== undefined && { preset }),
    saml: { metadataXml: metadataOf([pair.certificate]), ...settings },
  })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  const provider = made.body
  const { signInUrl, assertionConsumerServiceUrl, entityId } = provider.saml.serviceProvider
  const { fetch } = admin.application

  const begin: SamlHarness['begin'] = async (next, cookie) => {
    const response = await fetch(signInUrl + (next === undefined ? '' : `?next=${encodeURIComponent(next)}`), {
      headers: cookie === undefined ? {} : { cookie },
    })
    assert.equal(response.status, 302, await response.text())
    const location = new URL(response.headers.get('location') ?? '')
    const xml = inflateRawSync(Buffer.from(location.searchParams.get('SAMLRequest') ?? '', 'base64')).toString()
    return {
      id: / ID="([^"]+)"/.exec(xml)?.[1] ?? '',
      relayState: location.searchParams.get('RelayState') ?? '',
      cookie: response.headers.get('set-cookie')?.split(';', 1)[0] ?? '',
      location,
    }
  }
  const respond: SamlHarness['respond'] = async (claim, begun) => {
    const metadata = await (await fetch(entityId)).text()
    return issue({
      claim,
      begun,
      metadata,
      pair: claim.keyPair ?? pair,
      now: admin.application.clock(),
      entityId,
      acs: assertionConsumerServiceUrl,
    })
  }
  const post: SamlHarness['post'] = (response, { relayState = '', cookie, language } = {}) =>
    fetch(assertionConsumerServiceUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        ...(cookie !== undefined && { cookie }),
        ...(language !== undefined && { 'accept-language': language }),
      },
      body: new URLSearchParams({ SAMLResponse: response, RelayState: relayState }).toString(),
    })
  const signIn: SamlHarness['signIn'] = async (claim) => {
    const begun = await begin()
    return post(await respond(claim, begun), begun)
  }
  return {
    admin,
    key,
    pair,
    provider,
    api,
    scim: (method, rest, body) => admin.send(method, `/scim/v2${rest}`, { key, ...(body !== undefined && { body }) }),
    begin,
    respond,
    post,
    signIn,
    parse: async (location, kind = 'login') => {
      const metadata = await (await fetch(entityId)).text()
      const sp = samlify.ServiceProvider({ metadata })
      const idp = samlify.IdentityProvider({
        metadata: metadataOf([pair.certificate]).replace(
          '<IDPSSODescriptor ',
          '<IDPSSODescriptor WantAuthnRequestsSigned="true" ',
        ),
        wantLogoutRequestSigned: true,
      })
      const query = Object.fromEntries(location.searchParams)
      const octetString = location.search.slice(1).replace(/&Signature=.*$/, '')
      const request = { query, octetString }
      const { extract } =
        kind === 'login'
          ? await idp.parseLoginRequest(sp, 'redirect', request)
          : await idp.parseLogoutRequest(sp, 'redirect', request)
      return { extract, xml: inflateRawSync(Buffer.from(query['SAMLRequest'] ?? '', 'base64')).toString() }
    },
    failures: async () => (await api('GET', '/sign-in-failures')).body.data,
    [Symbol.asyncDispose]: () => admin[Symbol.asyncDispose](),
  }
}

type Issue = {
  readonly claim: Claim
  readonly begun: Pick<Begun, 'id'> | undefined
  readonly metadata: string
  readonly pair: KeyPair
  readonly now: Date
  readonly entityId: string
  readonly acs: string
}

const minuteMs = 60_000

/** What samlify, the identity provider, answers; `claim` says what it gets wrong. */
export async function issue({ claim, begun, metadata, pair, now, entityId, acs }: Issue): Promise<string> {
  const { signs = 'assertion', algorithm = 'http://www.w3.org/2001/04/xmldsig-more#rsa-sha256', encryption } = claim
  const idp = samlify.IdentityProvider({
    metadata: metadataOf([pair.certificate]),
    privateKey: pair.privateKey,
    requestSignatureAlgorithm: algorithm,
    isAssertionEncrypted: encryption !== undefined,
    ...(encryption !== undefined && {
      dataEncryptionAlgorithm: encryption,
      keyEncryptionAlgorithm: 'http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p',
    }),
    loginResponseTemplate: { context: samlify.SamlLib.defaultLoginResponseTemplate.context, attributes: [] },
  })
  const wanted =
    signs === 'message' ? metadata.replace('WantAssertionsSigned="true"', 'WantAssertionsSigned="false"') : metadata
  const sp = samlify.ServiceProvider({ metadata: wanted, wantMessageSigned: signs !== 'assertion' })
  const at = (minutes: number): string => new Date(now.getTime() + minutes * minuteMs).toISOString()
  const { inResponseTo = begun?.id ?? null } = claim
  const tags = {
    ID: `_r${crypto.randomUUID()}`,
    AssertionID: `_a${crypto.randomUUID()}`,
    Destination: acs,
    Audience: entityId,
    SubjectRecipient: acs,
    Issuer: `${providerUrl}/metadata`,
    IssueInstant: at(0),
    StatusCode: 'urn:oasis:names:tc:SAML:2.0:status:Success',
    ConditionsNotBefore: at(-1),
    ConditionsNotOnOrAfter: at(5),
    SubjectConfirmationDataNotOnOrAfter: at(5),
    NameIDFormat: claim.nameIdFormat ?? 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    NameID: claim.nameId ?? 'ada@acme.example',
    InResponseTo: inResponseTo ?? '',
    ...claim.tags,
  }
  const customTagReplacement = (template: string) => {
    const filled = samlify.SamlLib.replaceTagsByValue(
      template
        .replace('{AuthnStatement}', statement(claim, now))
        .replace('</saml:Assertion>', `${attributes(claim)}</saml:Assertion>`),
      tags,
    )
    const xml = inResponseTo === null ? filled.replaceAll(' InResponseTo=""', '') : filled
    return { id: tags.ID, context: (claim.before ?? ((text: string) => text))(xml) }
  }
  const { context } = await idp.createLoginResponse(
    sp,
    { extract: {} },
    'post',
    {},
    {
      customTagReplacement,
      encryptThenSign: encryption !== undefined && signs === 'both',
    },
  )
  return claim.after === undefined ? context : encode(claim.after(decode(context)))
}

function statement({ sessionIndex = '_s1', sessionNotOnOrAfter }: Claim, now: Date): string {
  const end = sessionNotOnOrAfter === undefined ? '' : ` SessionNotOnOrAfter="${sessionNotOnOrAfter}"`
  return `<saml:AuthnStatement AuthnInstant="${now.toISOString()}" SessionIndex="${sessionIndex}"${end}><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`
}

function attributes({ attributes = {} }: Claim): string {
  const all = Object.entries(attributes).map(([name, values]) => {
    const texts = [values].flat().map((value) => `<saml:AttributeValue>${value}</saml:AttributeValue>`)
    return `<saml:Attribute Name="${name}">${texts.join('')}</saml:Attribute>`
  })
  return all.length === 0 ? '' : `<saml:AttributeStatement>${all.join('')}</saml:AttributeStatement>`
}

export function decode(response: string): string {
  return Buffer.from(response, 'base64').toString('utf8')
}

export function encode(xml: string): string {
  return Buffer.from(xml, 'utf8').toString('base64')
}
