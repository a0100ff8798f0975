import type { RouteBody } from '@rollcall/admin-api'
import { scopeNames } from '@rollcall/admin-api/names'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { parseDurationMs, parseInstant } from '../duration.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = [
  'id',
  'name',
  'hint',
  'scopes',
  'serviceAccountName',
  'createdAt',
  'expiresAt',
  'lastUsedAt',
  'revokedAt',
]

type Body = RouteBody<'createKey'>

const uses = { bearer: 'bearer', 'oauth-client': 'oauthClient', entra: 'entra' } as const

type CreateOptions = {
  readonly scope: Body['scopes']
  readonly name?: string
  readonly connection?: string
  readonly serviceAccount?: string
  readonly user?: string
  readonly expires?: string
  readonly use?: keyof typeof uses
  readonly tenant?: string
  readonly redirectUri?: readonly string[]
  readonly oktaApp?: string
  readonly allow?: readonly string[]
  readonly jwks?: string
  readonly dryRun?: boolean
}

export function addKeyCommands(program: Command): void {
  const noun = addNoun(program, 'key', 'keys for identity providers, scripts and administrators')
  addCommand<CreateOptions>(noun, {
    usage: 'create',
    summary: 'make a key and print its secret, this once',
    examples: [
      'key create --organization acme --scope scim --json',
      'key create --organization acme --scope scim --connection con_01h4zpwq00e008000000000000',
      'key create --organization acme --scope organization:admin --service-account terraform --expires 90d',
      'key create --organization acme --scope scim --service-account okta --allow 192.0.2.0/24 --allow 2001:db8::/32',
      'key create --organization acme --scope scim --use entra --tenant 7b2c1f0e-5d3a-4c1b-9e8f-0a1b2c3d4e5f',
      'key create --organization acme --scope scim --user usr_01h4zpwq00e008000000000000 --dry-run',
    ],
    isInOrganization: true,
    options: withCreateOptions,
    run: async (session, options) => {
      const body = toBody(options, session.now)
      const organization = await requireOrganization(session)
      if (options.dryRun === true) return preview(session, organization, body)
      const item = await session.client.call('createKey', { params: { organization }, body })
      session.printItem(item, columns)
      if (item.key !== null) session.say('Keep the key now: it is shown this once and never again.')
      warn(session, item.warnings)
    },
  })
  addList(noun)
  addCommand(noun, {
    usage: 'revoke <id>',
    summary: 'end a key for good, everywhere within a second',
    examples: ['key revoke key_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, key) => {
      await session.confirm(`Revoke ${key}? Whoever uses it is locked out at once.`)
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('revokeKey', { params: { organization, key } }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand<{ overlap?: string }>(noun, {
    usage: 'rotate <id>',
    summary: 'make a successor with the same rights; both work during the overlap',
    examples: ['key rotate key_01h4zpwq00e008000000000000 --overlap 24h'],
    isInOrganization: true,
    options: (command) => command.option('--overlap <duration>', 'how long the old key goes on working; 24h'),
    run: async (session, { overlap }, key) => {
      const body = overlap === undefined ? {} : { overlapSeconds: parseDurationMs(overlap, '--overlap') / 1000 }
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('rotateKey', { params: { organization, key }, body }),
      )
      session.printItem(item, columns)
      if (item.key !== null) session.say('Keep the key now: it is shown this once and never again.')
      session.say(`The old key works until ${item.replacedExpiresAt}.`)
      warn(session, item.warnings)
    },
  })
}

function addList(noun: Command): void {
  addCommand<ListOptions & { revoked?: boolean; serviceAccount?: string; user?: string; connection?: string }>(noun, {
    usage: 'list',
    summary: 'list keys, oldest first, without their secrets',
    examples: ['key list --organization acme', 'key list --organization acme --revoked --output csv'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command.option('--revoked', 'revoked keys too'))
        .option('--service-account <id>', 'only keys of this account')
        .option('--user <id>', 'only keys of this person')
        .option('--connection <id>', 'only keys made for this connection'),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const { revoked, serviceAccount, user, connection } = options
      const query = { ...toPageQuery(options), revoked, serviceAccount, user, connection }
      session.printList(toListing(await session.client.call('listKeys', { params: { organization }, query })), columns)
    },
  })
}

function withCreateOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--scope <scope>', `what the key may do; repeats: ${scopeNames.join(', ')}`)
        .argParser(collect)
        .makeOptionMandatory(),
    )
    .option('--name <name>', 'for people; the scopes when left out')
    .option('--connection <id>', 'the connection it speaks for; the first one when left out')
    .addOption(
      new Option('--service-account <name or id>', 'who owns it; made when there is none of that name').conflicts(
        'user',
      ),
    )
    .option('--user <id>', 'the person who owns it: account id or SCIM id')
    .option('--expires <when>', 'a time, a duration such as 90d, or none; left out: none for scim, else 90d')
    .addOption(new Option('--allow <range>', 'an address or CIDR range it may come from; repeats').argParser(collect))
    .option('--jwks <json>', 'public keys of an oauth-client that signs (RFC 7523) and needs no secret')
    .option('--dry-run', 'make nothing; say what would be made and what to know before')
    .addOption(
      new Option('--use <use>', 'oauth-client: good for access tokens only; entra: tokens that Entra ID signs').choices(
        Object.keys(uses),
      ),
    )
    .addOption(
      new Option('--redirect-uri <url>', 'of an oauth-client that an administrator consents to; repeats').argParser(
        collect,
      ),
    )
    .option('--okta-app <name>', 'the same for all addresses of Okta, by the name that Okta gave the application')
    .option('--tenant <id>', 'with --use entra: the tenant whose tokens are let in')
}

function toBody(options: CreateOptions, now: Date): Body {
  const { name, connection, serviceAccount, user, expires, use, allow, jwks, tenant, redirectUri, oktaApp } = options
  return {
    scopes: [...options.scope],
    ...(name !== undefined && { name }),
    ...(connection !== undefined && { connection }),
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(user !== undefined && { user }),
    ...(expires !== undefined && {
      expiresAt: expires === 'none' ? null : parseInstant(expires, { option: '--expires', now, direction: 'future' }),
    }),
    ...(allow !== undefined && { allowedNetworks: [...allow] }),
    ...(jwks !== undefined && { jwks: parseJwks(jwks) }),
    ...(use !== undefined && { use: uses[use] }),
    ...(tenant !== undefined && { tenant }),
    ...(redirectUri !== undefined && { redirectUris: [...redirectUri] }),
    ...(oktaApp !== undefined && { oktaApp }),
  }
}

async function preview(session: Session, organization: string, body: Body): Promise<void> {
  const plan = await session.client.call('previewKey', { params: { organization }, body })
  session.printItem(plan, ['kind', 'name', 'scopes', 'expiresAt'])
  warn(session, plan.warnings)
}

function parseJwks(text: string): NonNullable<Body['jwks']> {
  try {
    const value: unknown = JSON.parse(text)
    // The server checks each key and names what is wrong.
    if (typeof value === 'object' && value !== null && 'keys' in value) return value as NonNullable<Body['jwks']>
  } catch {
    // Falls through to the same sentence.
  }
  throw usageFailure(`--jwks takes a JSON Web Key Set, such as '{"keys":[{"kty":"EC",…}]}'`)
}

function warn(session: Session, warnings: readonly string[]): void {
  for (const warning of warnings) session.say(`Warning: ${warning}`)
}
