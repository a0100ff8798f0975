import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import {
  addCommand,
  addNoun,
  collect,
  toIfMatch,
  toPageQuery,
  withListOptions,
  withVersionOption,
  type ListOptions,
  type VersionOptions,
} from '../command.ts'
import { usageFailure } from '../failure.ts'
import { readFileOption } from '../file-option.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'
import { toOidcChoices, withOidcChoices, type OidcOptions } from './openid-connect.ts'

const columns = ['id', 'type', 'name', 'state', 'weAre', 'signInUrl']
const nameIdFormats = ['persistent', 'emailAddress', 'unspecified'] as const

type Provider = RouteAnswer<'getIdentityProvider'>
type Choices = NonNullable<RouteBody<'updateIdentityProvider'>['saml']>
type ChoiceOptions = OidcOptions & {
  readonly name?: string
  /** False: none any more. */
  readonly domain?: readonly string[] | false
  readonly metadataUrl?: string
  readonly metadataFile?: string
  /** False: none any more. */
  readonly metadataSigner?: readonly string[] | false
  readonly nameId?: (typeof nameIdFormats)[number]
  readonly idpInitiated?: boolean
  readonly signedResponse?: boolean
  readonly forceAuthentication?: boolean
  readonly signMetadata?: boolean
  readonly attribute?: readonly string[]
  readonly justInTime?: boolean
  readonly role?: string
}

export function addIdentityProviderCommands(program: Command): void {
  const noun = addNoun(program, 'identity-provider', 'where people sign in')
  addCommand<ListOptions>(noun, {
    usage: 'list',
    summary: 'list identity providers, oldest first',
    examples: ['identity-provider list --organization acme'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = toPageQuery(options)
      const answer = await session.client.call('listIdentityProviders', { params: { organization }, query })
      const data = session.format === 'table' ? answer.data.map(toLine) : answer.data
      session.printList(toListing({ ...answer, data }), columns)
    },
  })
  addCommand<ChoiceOptions & { readonly preset?: string; readonly type: 'saml' | 'oidc' }>(noun, {
    usage: 'create',
    summary: 'let people sign in by SAML or OpenID Connect; prints what to enter at the identity provider',
    examples: [
      'identity-provider create --organization acme --preset entra --metadata-url https://login.microsoftonline.com/…',
      'identity-provider create --organization acme --preset google --metadata-file GoogleIDPMetadata.xml',
      'identity-provider create --organization acme --type oidc --preset okta --issuer https://acme.okta.com --client-id 0oa1 --client-credential-file secret.txt',
    ],
    isInOrganization: true,
    options: (command) =>
      withChoices(
        command
          .addOption(new Option('--type <type>', 'saml or oidc').choices(['saml', 'oidc']).default('saml'))
          .option('--preset <preset>', 'entra, okta, google; keycloak for oidc'),
      ),
    run: async (session, options) => {
      const body = toCreateBody(options)
      const organization = await requireOrganization(session)
      const item = await session.client.call('createIdentityProvider', { params: { organization }, body })
      session.printItem(session.format === 'json' ? item : toLine(item), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one, with what to enter at the identity provider',
    examples: ['identity-provider show idp_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, identityProvider) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getIdentityProvider', { params: { organization, identityProvider } }),
      )
      session.printItem(session.format === 'json' ? item : toLine(item), columns)
    },
  })
  addChanges(noun)
  addPresets(noun)
}

function addPresets(noun: Command): void {
  addCommand<{ readonly preset?: string }>(noun, {
    usage: 'presets',
    summary: 'show the exact claims of Entra, Okta and Google, and what to do there',
    examples: ['identity-provider presets --preset entra --organization acme'],
    isInOrganization: true,
    options: (command) => command.option('--preset <preset>', 'only this one'),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const answer = await session.client.call('listSamlPresets', { params: { organization }, query: {} })
      const data = answer.data.filter(({ name }) => options.preset === undefined || name === options.preset)
      if (session.format !== 'table') return session.printList(toListing({ ...answer, data }), ['name', 'title'])
      for (const { title, steps } of data) for (const step of steps) session.say(`${title}: ${step}`)
      const rows = data.flatMap(({ name, claims }) => claims.map((claim) => ({ preset: name, ...claim })))
      session.printList({ data: rows, nextCursor: null }, ['preset', 'source', 'claim', 'target'])
    },
  })
}

function addChanges(noun: Command): void {
  addCommand<ChoiceOptions & VersionOptions>(noun, {
    usage: 'update <id>',
    summary: 'change what is given; the rest stays',
    examples: ['identity-provider update idp_01h4zpwq00e008000000000000 --just-in-time --role member'],
    isInOrganization: true,
    options: (command) => withVersionOption(withChoices(command)),
    run: async (session, options, id) => {
      const body = { ...toNamed(options), ...(await toSettings(session, options, id)) }
      if (Object.keys(body).length === 0) throw usageFailure('Nothing to change: give at least one option')
      await change(session, id, body, toIfMatch(options))
    },
  })
  for (const [verb, state] of [
    ['enable', 'enabled'],
    ['disable', 'disabled'],
  ] as const)
    addCommand(noun, {
      usage: `${verb} <id>`,
      summary: verb === 'enable' ? 'let people sign in by it again' : 'nobody signs in by it; nothing is lost',
      examples: [`identity-provider ${verb} idp_01h4zpwq00e008000000000000`],
      isInOrganization: true,
      run: (session, _options, id) => change(session, id, { state }, {}),
    })
  addCare(noun)
}

/** Some options are of either type: given alone, only the identity provider itself tells whose they are. */
async function toSettings(
  session: Session,
  options: ChoiceOptions,
  identityProvider: string,
): Promise<Pick<RouteBody<'updateIdentityProvider'>, 'saml' | 'oidc'>> {
  const [saml, oidc, shared] = [toChoices(options), toOidcChoices(options), toShared(options)]
  const [isSaml, isOidc, isShared] = [saml, oidc, shared].map((choices) => Object.keys(choices).length > 0)
  if (isSaml || isOidc)
    return { ...(isSaml && { saml: { ...saml, ...shared } }), ...(isOidc && { oidc: { ...oidc, ...shared } }) }
  if (!isShared) return {}
  const { type } = await inOrganizationOf(session, (organization) =>
    session.client.call('getIdentityProvider', { params: { organization, identityProvider } }),
  )
  return type === 'saml' ? { saml: shared } : { oidc: shared }
}

function addCare(noun: Command): void {
  addCommand<VersionOptions & { readonly step: 'publish' | 'use' | 'retire' }>(noun, {
    usage: 'roll-over <id>',
    summary: 'change our key: publish the next one, use it, retire the former one',
    examples: [
      'identity-provider roll-over idp_01h4zpwq00e008000000000000 --step publish',
      'identity-provider roll-over idp_01h4zpwq00e008000000000000 --step use',
    ],
    isInOrganization: true,
    options: (command) =>
      withVersionOption(
        command.addOption(
          new Option('--step <step>', 'what happens now').choices(['publish', 'use', 'retire']).makeOptionMandatory(),
        ),
      ),
    run: async (session, options, identityProvider) => {
      const body = { step: options.step }
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('rollOverIdentityProviderKeys', {
          params: { organization, identityProvider },
          body,
          ...toIfMatch(options),
        }),
      )
      session.printItem(session.format === 'json' ? item : toLine(item), columns)
    },
  })
  addCommand(noun, {
    usage: 'check <id>',
    summary: 'ask the identity provider what a sign-in would ask it, and say what is wrong',
    examples: ['identity-provider check idp_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, identityProvider) => {
      const { checks, works } = await inOrganizationOf(session, (organization) =>
        session.client.call('checkIdentityProvider', { params: { organization, identityProvider } }),
      )
      if (session.format === 'json') session.printItem({ works, checks }, ['works'])
      else session.printList({ data: checks, nextCursor: null }, ['name', 'state', 'detail'])
    },
  })
  addCommand(noun, {
    usage: 'delete <id>',
    summary: 'delete an identity provider, its keys and its links; people stay',
    examples: ['identity-provider delete idp_01h4zpwq00e008000000000000 --yes'],
    isInOrganization: true,
    run: async (session, _options, identityProvider) => {
      await session.confirm(`Delete ${identityProvider}? Nobody can sign in by it then.`)
      await inOrganizationOf(session, (organization) =>
        session.client.call('deleteIdentityProvider', { params: { organization, identityProvider } }),
      )
      session.printItem({ id: identityProvider, deleted: true }, ['id', 'deleted'])
    },
  })
}

function toCreateBody(
  options: ChoiceOptions & { readonly preset?: string; readonly type: 'saml' | 'oidc' },
): RouteBody<'createIdentityProvider'> {
  const { type, preset, issuer, clientId } = options
  const shared = { type, ...toNamed(options), ...(preset !== undefined && { preset }) }
  if (type === 'saml') {
    const saml = toChoices(options)
    if (saml.metadataUrl === undefined && saml.metadataXml === undefined)
      throw usageFailure('Name --metadata-url or --metadata-file')
    return { ...shared, saml: { ...saml, ...toShared(options) } }
  }
  if (issuer === undefined || clientId === undefined) throw usageFailure('Name --issuer and --client-id')
  return { ...shared, oidc: { ...toOidcChoices(options), ...toShared(options), issuer, clientId } }
}

async function change(
  session: Session,
  identityProvider: string,
  body: RouteBody<'updateIdentityProvider'>,
  ifMatch: ReturnType<typeof toIfMatch>,
): Promise<void> {
  const item = await inOrganizationOf(session, (organization) =>
    session.client.call('updateIdentityProvider', { params: { organization, identityProvider }, body, ...ifMatch }),
  )
  session.printItem(session.format === 'json' ? item : toLine(item), columns)
}

function withChoices(command: Command): Command {
  return withOidcChoices(command)
    .option('--name <name>', 'what people read')
    .option('--domain <domain>', 'a verified domain whose people are led on to it at /sign-in (may repeat)', collect)
    .option('--no-domain', 'nobody is led on to it any more')
    .addOption(
      new Option('--metadata-url <url>', 'where the identity provider publishes its metadata').conflicts(
        'metadataFile',
      ),
    )
    .option('--metadata-file <file>', 'the same as a file')
    .option(
      '--metadata-signer <signer>',
      'file of a certificate (PEM), or a SHA-256 fingerprint, by which the metadata must be signed (may repeat)',
      collect,
    )
    .option('--no-metadata-signer', 'the metadata need not be signed any more')
    .addOption(new Option('--name-id <format>', 'the form of NameID that we ask for').choices(nameIdFormats))
    .option('--idp-initiated', 'take answers that nobody here has asked for')
    .option('--no-idp-initiated', 'refuse them')
    .option('--signed-response', 'want the response signed besides the assertion')
    .option('--no-signed-response', 'the signed assertion is enough')
    .option('--force-authentication', 'ask for a fresh sign-in each time')
    .option('--no-force-authentication', 'take the session that the person has there')
    .option('--sign-metadata', 'sign our own metadata')
    .option('--no-sign-metadata', 'publish it without a signature')
    .addOption(
      new Option(
        '--attribute <ours=theirs>',
        'what userName, externalId, givenName, familyName, displayName or email is called in assertions; replaces all; repeats',
      ).argParser(collect),
    )
    .option('--just-in-time', 'make accounts at the first sign-in; never works while SCIM is on')
    .option('--no-just-in-time', 'refuse whoever has no account')
    .option('--role <role>', 'role of accounts that are made at the first sign-in')
}

function toChoices(options: ChoiceOptions): Choices & { metadataXml?: string } {
  const { metadataUrl, metadataFile, metadataSigner, nameId, idpInitiated, signedResponse, signMetadata, attribute } =
    options
  return {
    ...(metadataUrl !== undefined && { metadataUrl }),
    ...(metadataFile !== undefined && { metadataXml: readFileOption('--metadata-file', metadataFile) }),
    ...(metadataSigner !== undefined && { metadataSigners: toSigners(metadataSigner) }),
    ...(nameId !== undefined && { nameIdFormat: nameId }),
    ...(idpInitiated !== undefined && { idpInitiated }),
    ...(signedResponse !== undefined && { wantResponseSigned: signedResponse }),
    ...(signMetadata !== undefined && { signMetadata }),
    ...(attribute !== undefined && { attributes: toAttributeNames(attribute) }),
  }
}

/** Whatever looks like no fingerprint is a file. */
function toSigners(signers: readonly string[] | false): string[] {
  if (signers === false) return []
  return signers.map((signer) =>
    /^[0-9a-f:]{64,95}$/i.test(signer) ? signer : readFileOption('--metadata-signer', signer),
  )
}

/** Which names there are the API says. */
function toAttributeNames(pairs: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pairs.map((text) => {
      const at = text.indexOf('=')
      if (at < 1 || at === text.length - 1)
        throw usageFailure('--attribute takes our name, = and theirs, such as "email=mail"')
      return [text.slice(0, at), text.slice(at + 1)]
    }),
  )
}

function toNamed({ name, domain }: ChoiceOptions) {
  return {
    ...(name !== undefined && { name }),
    ...(domain !== undefined && { domains: domain === false ? [] : [...domain] }),
  }
}

/** What identity providers of either type have. */
function toShared({ forceAuthentication, justInTime, role }: ChoiceOptions) {
  const makesAccounts = { enabled: justInTime ?? true, ...(role !== undefined && { role }) }
  return {
    ...(forceAuthentication !== undefined && { forceAuthentication }),
    ...((justInTime !== undefined || role !== undefined) && { justInTime: makesAccounts }),
  }
}

function toLine(provider: Provider) {
  const { id, type, name, state, saml, oidc } = provider
  const weAre = saml?.serviceProvider.entityId ?? oidc?.relyingParty.redirectUri ?? ''
  const signInUrl = saml?.serviceProvider.signInUrl ?? oidc?.relyingParty.signInUrl ?? ''
  return { id, type, name, state, weAre, signInUrl }
}
