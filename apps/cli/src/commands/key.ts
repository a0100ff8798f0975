import type { RouteBody } from '@rollcall/admin-api'
import { scopeNames } from '@rollcall/admin-api/names'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { parseDurationMs, parseInstant } from '../duration.ts'
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

type CreateOptions = {
  readonly scope: Body['scopes']
  readonly name?: string
  readonly connection?: string
  readonly serviceAccount?: string
  readonly user?: string
  readonly expires?: string
  readonly use?: 'bearer' | 'oauth-client'
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
    ],
    isInOrganization: true,
    options: withCreateOptions,
    run: async (session, options) => {
      const body = toBody(options, session.now)
      const organization = await requireOrganization(session)
      const item = await session.client.call('createKey', { params: { organization }, body })
      session.printItem(item, columns)
      warn(session, item.warnings)
    },
  })
  addCommand<ListOptions & { revoked?: boolean }>(noun, {
    usage: 'list',
    summary: 'list keys, oldest first, without their secrets',
    examples: ['key list --organization acme', 'key list --organization acme --revoked --output csv'],
    isInOrganization: true,
    options: (command) => withListOptions(command.option('--revoked', 'revoked keys too')),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), revoked: options.revoked }
      session.printList(toListing(await session.client.call('listKeys', { params: { organization }, query })), columns)
    },
  })
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
      session.say(`The old key works until ${item.replacedExpiresAt}.`)
      warn(session, item.warnings)
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
    .addOption(new Option('--service-account <name>', 'who owns it; made when there is none').conflicts('user'))
    .option('--user <id>', 'the person who owns it: account id or SCIM id')
    .option('--expires <when>', 'a time, or a duration from now such as 90d; never when left out')
    .addOption(
      new Option('--use <use>', 'oauth-client: good for access tokens only').choices(['bearer', 'oauth-client']),
    )
}

function toBody(options: CreateOptions, now: Date): Body {
  const { name, connection, serviceAccount, user, expires, use } = options
  return {
    scopes: [...options.scope],
    ...(name !== undefined && { name }),
    ...(connection !== undefined && { connection }),
    ...(serviceAccount !== undefined && { serviceAccount }),
    ...(user !== undefined && { user }),
    ...(expires !== undefined && {
      expiresAt: parseInstant(expires, { option: '--expires', now, direction: 'future' }),
    }),
    ...(use !== undefined && { use: use === 'bearer' ? ('bearer' as const) : ('oauthClient' as const) }),
  }
}

function warn(session: Session, warnings: readonly string[]): void {
  session.say('Keep the key now: it is shown this once and never again.')
  for (const warning of warnings) session.say(`Warning: ${warning}`)
}
