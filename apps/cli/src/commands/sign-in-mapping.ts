import type { RouteBody } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, collect, toIfMatch, withVersionOption, type VersionOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { inOrganizationOf } from '../organization-scope.ts'

const columns = ['attribute', 'value', 'role', 'team']
const previewColumns = ['person', 'loses', 'gains', 'keeps', 'losesAllRoles', 'withoutSignIn']

type SetOptions = {
  readonly roles?: 'on' | 'off'
  readonly teams?: 'on' | 'off'
  readonly role?: readonly string[]
  readonly team?: readonly string[]
}

/** Which values of attributes give which roles and teams at a sign-in. */
export function addSignInMappingCommands(program: Command): void {
  const noun = addNoun(program, 'sign-in-mapping', 'roles and teams by what an identity provider says at a sign-in')
  addCommand(noun, {
    usage: 'show <identity-provider>',
    summary: 'show what gives which role and team',
    examples: ['sign-in-mapping show idp_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, identityProvider) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getSignInMappings', { params: { organization, identityProvider } }),
      )
      if (session.format === 'json') return session.printItem(item, ['roles', 'teams', 'version'])
      session.say(`Roles: ${item.roles.enabled ? 'on' : 'off'}, teams: ${item.teams.enabled ? 'on' : 'off'}`)
      const roles = item.roles.mappings.map((each) => ({ ...each, role: each.role?.name ?? 'gone' }))
      session.printList({ data: [...roles, ...item.teams.mappings], nextCursor: null }, columns)
    },
  })
  addCommand<SetOptions & VersionOptions>(noun, {
    usage: 'set <identity-provider>',
    summary: 'say what gives which role and team; what is given replaces what was; preview it first',
    examples: [
      'sign-in-mapping set idp_01h4zpwq00e008000000000000 --role "groups=IT=admin" --role "groups=Staff=member" --roles on --yes',
    ],
    isInOrganization: true,
    options: (command) => withVersionOption(withSets(command)),
    run: async (session, options, identityProvider) => {
      const body = toBody(options)
      if (Object.keys(body).length === 0) throw usageFailure('Nothing to change: give at least one option')
      if (options.roles === 'on')
        await session.confirm(
          'Whoever matches no mapping loses all roles and cannot sign in. Have you seen the preview?',
        )
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('updateSignInMappings', {
          params: { organization, identityProvider },
          body,
          ...toIfMatch(options),
        }),
      )
      session.printItem(item, ['roles', 'teams', 'version'])
    },
  })
  addCommand<SetOptions>(noun, {
    usage: 'preview <identity-provider>',
    summary: 'show who would gain and lose which roles, those who would lose everything first; changes nothing',
    examples: ['sign-in-mapping preview idp_01h4zpwq00e008000000000000 --role "groups=IT=admin" --roles on'],
    isInOrganization: true,
    options: withSets,
    run: async (session, options, identityProvider) => {
      const { roles = {} } = toBody(options)
      const preview = await inOrganizationOf(session, (organization) =>
        session.client.call('previewSignInMappings', { params: { organization, identityProvider }, body: { roles } }),
      )
      if (session.format === 'json') return session.printItem(preview, ['counts', 'warnings', 'people'])
      for (const warning of preview.warnings) session.say(`Warning: ${warning}`)
      const names = (all: readonly { readonly name: string }[]): string => all.map(({ name }) => name).join(', ')
      const data = preview.people.map((person) => ({
        person: person.userName,
        loses: names(person.loses),
        gains: names(person.gains),
        keeps: names(person.keeps),
        losesAllRoles: person.losesAllRoles,
        withoutSignIn: person.withoutSignIn,
      }))
      session.printList({ data, nextCursor: null }, previewColumns)
    },
  })
}

function withSets(command: Command): Command {
  return command
    .addOption(new Option('--roles <state>', 'whether values give roles').choices(['on', 'off']))
    .addOption(new Option('--teams <state>', 'whether values give teams').choices(['on', 'off']))
    .addOption(new Option('--role <attribute=value=role>', 'a value that gives a role; repeats').argParser(collect))
    .addOption(new Option('--team <attribute=value=team>', 'a value that gives a team; repeats').argParser(collect))
}

function toBody({ roles, teams, role, team }: SetOptions): RouteBody<'updateSignInMappings'> {
  const roleMappings = role?.map((text) => toMapping(text)).map(({ target, ...rest }) => ({ ...rest, role: target }))
  const teamMappings = team?.map((text) => toMapping(text)).map(({ target, ...rest }) => ({ ...rest, team: target }))
  return {
    ...((roles !== undefined || role !== undefined) && {
      roles: {
        ...(roles !== undefined && { enabled: roles === 'on' }),
        ...(roleMappings && { mappings: roleMappings }),
      },
    }),
    ...((teams !== undefined || team !== undefined) && {
      teams: {
        ...(teams !== undefined && { enabled: teams === 'on' }),
        ...(teamMappings && { mappings: teamMappings }),
      },
    }),
  }
}

/** Names of attributes are often addresses, which may hold `=` only in theory; values and roles may not. */
function toMapping(text: string): { readonly attribute: string; readonly value: string; readonly target: string } {
  const [attribute = '', value = '', target = '', ...rest] = text.split('=')
  if (attribute !== '' && value !== '' && target !== '' && rest.length === 0) return { attribute, value, target }
  throw usageFailure('Wanted is attribute=value=role or attribute=value=team, such as "groups=IT Admins=admin"')
}
