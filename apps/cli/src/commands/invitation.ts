import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['createdAt', 'state', 'name', 'to', 'expiresAt', 'userId', 'id']
const states = ['open', 'expired', 'accepted', 'replaced', 'revoked']
const exampleId = 'inv_01h4zpwq00e008000000000000'

export function addInvitationCommands(program: Command): void {
  const noun = addNoun(program, 'invitation', 'links by which people confirm their address')
  addCommand<ListOptions & { state?: string; user?: string }>(noun, {
    usage: 'list',
    summary: 'list invitations, newest first',
    examples: ['invitation list --organization acme --state expired'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .addOption(new Option('--state <state>', 'only these').choices(states))
          .option('--user <id>', 'only of this person'),
      ),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), state: options.state, user: options.user }
      const page = await session.client.call('listInvitations', { params: { organization }, query })
      session.printList(toListing(page), columns)
    },
  })
  addCommand(noun, {
    usage: 'show <id>',
    summary: 'show one invitation',
    examples: [`invitation show ${exampleId}`],
    isInOrganization: true,
    run: (session, _options, id) => printAnswer(session, 'getInvitation', id),
  })
  addCommand(noun, {
    usage: 'resend <id>',
    summary: 'send a new link: the old one is dead, the time starts anew',
    examples: [`invitation resend ${exampleId}`],
    isInOrganization: true,
    run: (session, _options, id) => printAnswer(session, 'resendInvitation', id),
  })
  addCommand(noun, {
    usage: 'revoke <id>',
    summary: 'kill the link; the person stays pending',
    examples: [`invitation revoke ${exampleId} --yes`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      await session.confirm(`Kill the link of ${id}?`)
      await printAnswer(session, 'revokeInvitation', id)
    },
  })
  addCommand(noun, {
    usage: 'link <id>',
    summary: 'print the link, to be handed over in another way than by mail',
    examples: [`invitation link ${exampleId}`],
    isInOrganization: true,
    run: async (session, _options, invitation) => {
      const link = await inOrganizationOf(session, (organization) =>
        session.client.call('shareInvitation', { params: { organization, invitation } }),
      )
      if (session.format === 'table') session.print(`${link.url}\n`)
      else session.printItem(link, ['url', 'expiresAt', 'id'])
    },
  })
}

async function printAnswer(
  session: Session,
  route: 'getInvitation' | 'resendInvitation' | 'revokeInvitation',
  invitation: string,
): Promise<void> {
  const item = await inOrganizationOf(session, (organization) =>
    session.client.call(route, { params: { organization, invitation } }),
  )
  session.printItem(item, columns)
}
