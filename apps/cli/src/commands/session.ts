import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['startedAt', 'name', 'method', 'ip', 'lastSeenAt', 'expiresAt', 'endReason', 'userId', 'id']
const signInColumns = ['methods', 'hasPassword', 'isBuiltIn']
const exampleId = 'ses_01h4zpwq00e008000000000000'
const examplePerson = 'usr_01h4zpwq00e008000000000000'

export function addSessionCommands(program: Command): void {
  const noun = addNoun(program, 'session', 'who is signed in, and how people may sign in')
  addCommand<ListOptions & { user?: string; ended?: true }>(noun, {
    usage: 'list',
    summary: 'list who is signed in, newest first',
    examples: ['session list --organization acme', `session list --organization acme --user ${examplePerson} --ended`],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command.option('--user <id>', 'only of this person').option('--ended', 'also sessions that have ended'),
      ),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = {
        ...toPageQuery(options),
        user: options.user,
        ended: options.ended === true ? ('true' as const) : undefined,
      }
      session.printList(
        toListing(await session.client.call('listSessions', { params: { organization }, query })),
        columns,
      )
    },
  })
  addCommand<{ user?: string }>(noun, {
    usage: 'revoke [id]',
    summary: 'end a session at once, or every session of a person',
    examples: [`session revoke ${exampleId}`, `session revoke --user ${examplePerson} --yes`],
    isInOrganization: true,
    options: (command) => command.option('--user <id>', 'every session of this person'),
    run: async (session, { user }, id) => {
      if (user === undefined) {
        if (id === undefined) throw usageFailure('Name a session, or a person with --user')
        const ended = await inOrganizationOf(session, (organization) =>
          session.client.call('revokeSession', { params: { organization, session: id } }),
        )
        return session.printItem(ended, columns)
      }
      await session.confirm(`End every session of ${user}?`)
      const ended = await inOrganizationOf(session, (organization) =>
        session.client.call('revokePersonSessions', { params: { organization, person: user } }),
      )
      session.printItem(ended, ['count'])
    },
  })
  addSignInCommands(noun)
}

function addSignInCommands(noun: Command): void {
  addCommand<{ methods?: string }>(noun, {
    usage: 'methods <person>',
    summary: 'show how a person may sign in, or set it for this person alone',
    examples: [
      `session methods ${examplePerson}`,
      `session methods ${examplePerson} --methods password,passkey`,
      `session methods ${examplePerson} --methods default`,
    ],
    isInOrganization: true,
    options: (command) =>
      command.option('--methods <list>', 'of password, passkey, saml, oidc; `default`: as the organization says'),
    run: async (session, { methods }, person) => {
      const found = await inOrganizationOf(session, (organization) => {
        const params = { organization, person }
        if (methods === undefined) return session.client.call('getPersonSignIn', { params })
        return session.client.call('updatePersonSignIn', { params, body: { methods: parseMethods(methods) } })
      })
      session.printItem(found, signInColumns)
    },
  })
  addCommand(noun, {
    usage: 'password-link <person>',
    summary: 'print a link by which a person chooses a password, to be handed over in another way than by mail',
    examples: [`session password-link ${examplePerson}`],
    isInOrganization: true,
    run: async (session, _options, person) => {
      const link = await inOrganizationOf(session, (organization) =>
        session.client.call('createPasswordLink', { params: { organization, person } }),
      )
      if (session.format === 'table') session.print(`${link.url}\n`)
      else session.printItem(link, ['url', 'expiresAt'])
    },
  })
}

type Method = 'password' | 'passkey' | 'saml' | 'oidc'

/** The server says which names there are. */
function parseMethods(text: string): Method[] | null {
  return text === 'default' ? null : (text.split(',').map((name) => name.trim()) as Method[])
}
