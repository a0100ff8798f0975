import type { RouteBody } from '@rollcall/admin-api'
import type { Command } from 'commander'
import { addCommand, addNoun, collect } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { inOrganizationOf } from '../organization-scope.ts'

const person = 'usr_01h4zpwq00e008000000000000'
const names = ['passkey', 'totp', 'recoveryCodes'] as const

type ResetOptions = { readonly only?: readonly string[]; readonly reason?: string }

export function addFactorCommands(program: Command): void {
  const noun = addNoun(program, 'factor', 'what people sign in with besides a password')
  addCommand(noun, {
    usage: 'list <person>',
    summary: 'show passkeys, authenticator app and recovery codes of a person',
    examples: [`factor list ${person}`],
    isInOrganization: true,
    run: async (session, _options, id) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getPersonFactors', { params: { organization, person: id } }),
      )
      session.printItem(item, ['passkeys', 'totp', 'recoveryCodes'])
    },
  })
  addCommand<ResetOptions>(noun, {
    usage: 'reset <person>',
    summary: 'take them off a person who has lost the telephone; sessions end, the person is told by mail',
    examples: [`factor reset ${person} --only totp --reason "lost telephone, called back" --yes`],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--only <factor>', 'only this: passkey, totp or recoveryCodes; may repeat', collect)
        .option('--reason <text>', 'for the history and the mail'),
    run: async (session, options, id) => {
      const body = toBody(options)
      await session.confirm(`Take ${options.only?.join(', ') ?? 'all second factors'} off ${id}?`)
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('resetPersonFactors', { params: { organization, person: id }, body }),
      )
      session.printItem(item, ['passkeys', 'totp', 'recoveryCodes', 'sessionsEnded'])
    },
  })
}

function toBody({ only = [], reason }: ResetOptions): RouteBody<'resetPersonFactors'> {
  const unknown = only.find((name) => !names.some((known) => known === name))
  if (unknown !== undefined) throw usageFailure(`--only takes ${names.join(', ')}, not "${unknown}"`)
  const chosen = names.filter((name) => only.includes(name))
  return { ...(chosen.length > 0 && { only: chosen }), ...(reason !== undefined && { reason }) }
}
