import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, parseWholeNumber, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['id', 'purpose', 'provider', 'state', 'step', 'recipient', 'expiresAt', 'connectionId', 'url']
const link = 'slnk_01h4zpwq00e008000000000000'

type Body = RouteBody<'createSetupLink'>
type CreateOptions = {
  readonly purpose: Body['purpose']
  readonly provider: Body['provider']
  readonly connection?: string
  readonly identityProvider?: string
  readonly days?: number
  readonly mailTo?: string
  readonly language?: Body['language']
}

/** `setup-link`: links by which customers connect their identity provider themselves. */
export function addSetupLinkCommands(program: Command): void {
  const noun = addNoun(program, 'setup-link', 'links by which a customer’s administrator connects an identity provider')
  addCreate(noun)
  addCommand<ListOptions>(noun, {
    usage: 'list',
    summary: 'list links, newest first',
    examples: ['setup-link list --organization acme'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const page = await session.client.call('listSetupLinks', {
        params: { organization },
        query: toPageQuery(options),
      })
      session.printList(toListing(page), columns)
    },
  })
  const verbs = [
    ['show', 'getSetupLink', 'show one link, without its secret'],
    ['revoke', 'revokeSetupLink', 'end a link; what was set up by it stays'],
    ['renew', 'renewSetupLink', 'end a link and make another one for the same'],
  ] as const
  for (const [verb, route, summary] of verbs)
    addCommand(noun, {
      usage: `${verb} <id>`,
      summary,
      examples: [`setup-link ${verb} ${link}`],
      isInOrganization: true,
      run: async (session, _options, setupLink) => {
        const item: RouteAnswer<'getSetupLink'> = await inOrganizationOf(session, (organization) =>
          session.client.call(route, { params: { organization, setupLink } }),
        )
        session.printItem(item, columns)
      },
    })
}

function addCreate(noun: Command): void {
  addCommand<CreateOptions>(noun, {
    usage: 'create',
    summary: 'make a link; its address is shown this once',
    examples: [
      'setup-link create --organization acme --purpose scim --provider okta --mail-to admin@customer.example',
      'setup-link create --organization acme --purpose both --provider entra --days 14',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .addOption(
          new Option('--purpose <purpose>', 'what is connected')
            .choices(['scim', 'saml', 'both'])
            .makeOptionMandatory(),
        )
        .addOption(
          new Option('--provider <name>', 'the identity provider')
            .choices(['okta', 'entra', 'onelogin', 'jumpcloud', 'google', 'ping', 'generic'])
            .makeOptionMandatory(),
        )
        .option('--connection <id>', 'which connection; left out: a new one')
        .option('--identity-provider <id>', 'which identity provider of SAML; left out: a new one')
        .option('--days <number>', 'how long it works, 30 at most; left out: 7', parseWholeNumber)
        .option('--mail-to <address>', 'who is sent it')
        .addOption(new Option('--language <language>', 'of mail and pages').choices(['en', 'ko', 'ja', 'fr'])),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const { purpose, provider, connection, identityProvider, days, mailTo, language } = options
      const body = { purpose, provider, connection, identityProvider, days, mailTo, language }
      session.printItem(await session.client.call('createSetupLink', { params: { organization }, body }), columns)
    },
  })
}
