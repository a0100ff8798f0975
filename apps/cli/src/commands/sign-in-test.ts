import type { RouteAnswer } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'state', 'createdAt', 'code', 'detail', 'url']
const exampleProvider = 'idp_01h4zpwq00e008000000000000'
type Of = { readonly identityProvider?: string }

export function addSignInTestCommands(program: Command): void {
  const noun = addNoun(program, 'sign-in-test', 'sign-ins that are tried: nobody is signed in, nothing is changed')
  addCommand<Of>(noun, {
    usage: 'start',
    summary: 'begin a test; open the address that it prints in a browser, and show the test then',
    examples: [`sign-in-test start --identity-provider ${exampleProvider}`],
    isInOrganization: true,
    options: withProvider,
    run: async (session, options) => {
      const identityProvider = providerOf(options)
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('startSignInTest', { params: { organization, identityProvider } }),
      )
      session.printItem(item, columns)
    },
  })
  addCommand<ListOptions & Of>(noun, {
    usage: 'list',
    summary: 'list the tests of the last day, newest first',
    examples: [`sign-in-test list --identity-provider ${exampleProvider}`],
    isInOrganization: true,
    options: (command) => withProvider(withListOptions(command)),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const params = { organization, identityProvider: providerOf(options) }
      const answer = await session.client.call('listSignInTests', { params, query: toPageQuery(options) })
      session.printList(toListing(answer), columns)
    },
  })
  addCommand<Of>(noun, {
    usage: 'show <id>',
    summary: 'show what came of a test, with what was received',
    examples: [`sign-in-test show sit_01h4zpwq00e008000000000000 --identity-provider ${exampleProvider} --json`],
    isInOrganization: true,
    options: withProvider,
    run: async (session, options, signInTest) => {
      const identityProvider = providerOf(options)
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getSignInTest', { params: { organization, identityProvider, signInTest } }),
      )
      session.printItem(item, [...columns, 'account', 'received'])
    },
  })
  addEnforcement(program)
}

function withProvider(command: Command): Command {
  return command.option('--identity-provider <id>', 'whose sign-in is tried')
}

function providerOf({ identityProvider }: Of): string {
  if (identityProvider === undefined) throw usageFailure('Name --identity-provider')
  return identityProvider
}

function addEnforcement(program: Command): void {
  const noun = addNoun(program, 'single-sign-on', 'whether an identity provider is the only way in')
  addCommand(noun, {
    usage: 'show',
    summary: 'show whether it is, and what is missing before it may be',
    examples: ['single-sign-on show --organization acme'],
    isInOrganization: true,
    run: async (session) => {
      const organization = await requireOrganization(session)
      print(session, await session.client.call('getSignInEnforcement', { params: { organization } }))
    },
  })
  for (const [verb, enforced] of [
    ['enforce', true],
    ['relax', false],
  ] as const)
    addCommand(noun, {
      usage: verb,
      summary: enforced
        ? 'take password and passkey away as ways in; needs a test that passed and an owner with a way back'
        : 'let people sign in by password and passkey again',
      examples: [`single-sign-on ${verb} --organization acme${enforced ? ' --yes' : ''}`],
      isInOrganization: true,
      run: async (session) => {
        const organization = await requireOrganization(session)
        if (enforced) await session.confirm('Make identity providers the only way in?')
        const params = { organization }
        print(session, await session.client.call('enforceSingleSignOn', { params, body: { enforced } }))
      },
    })
}

function print(session: Session, answer: RouteAnswer<'getSignInEnforcement'>): void {
  const { enforced, ready, identityProviders, test, wayBack } = answer
  const line = {
    enforced,
    ready,
    identityProviders,
    test: test?.id ?? null,
    wayBack: wayBack.map((each) => each.userName),
  }
  session.printItem(session.format === 'json' ? answer : line, Object.keys(line))
}
