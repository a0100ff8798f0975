import { Command } from 'commander'
import { toExamples } from './command.ts'
import { addApiKeyCommands } from './commands/api-key.ts'
import { addAppCommands } from './commands/app.ts'
import { addSourceCommands } from './commands/source.ts'
import { addWhyCommand } from './commands/app-preview.ts'
import { addAppHoldCommands } from './commands/app-hold.ts'
import { addAuditCommands } from './commands/audit.ts'
import { addCompletionCommand } from './commands/completion.ts'
import { addConnectionCommands } from './commands/connection.ts'
import { addDomainCommands } from './commands/domain.ts'
import { addFactorCommands } from './commands/factor.ts'
import { addEventCommands } from './commands/event.ts'
import { addEventStreamCommands } from './commands/event-stream.ts'
import { addTransmitterCommands } from './commands/transmitter.ts'
import { addHoldCommands } from './commands/hold.ts'
import { addInstanceCommands, addOperatorCommands } from './commands/instance.ts'
import { addInvitationCommands } from './commands/invitation.ts'
import { addKeyCommands } from './commands/key.ts'
import { addLoginCommands } from './commands/login.ts'
import { addLiveCommands } from './commands/live.ts'
import { addMailCommands } from './commands/mail.ts'
import { addNoticeCommands } from './commands/notice.ts'
import { addSavedViewCommands } from './commands/saved-view.ts'
import { addOrganizationCommands } from './commands/organization.ts'
import { addPlanCommands } from './commands/plan.ts'
import { addOverviewCommands } from './commands/overview.ts'
import { addPersonCommands } from './commands/person.ts'
import { addRequestsCommands } from './commands/requests.ts'
import { addIdentityProviderCommands } from './commands/identity-provider.ts'
import { addSignInMappingCommands } from './commands/sign-in-mapping.ts'
import { addSignInFailureCommands } from './commands/sign-in-failure.ts'
import { addSignInTestCommands } from './commands/sign-in-test.ts'
import { addRoleMappingCommands } from './commands/role-mapping.ts'
import { addMembershipCommands } from './commands/membership.ts'
import { addTeamCommands } from './commands/team.ts'
import { addRoleCommands } from './commands/role.ts'
import { addRunCommands } from './commands/run.ts'
import { addServiceAccountCommands } from './commands/service-account.ts'
import { addSessionCommands } from './commands/session.ts'
import { addSetupLinkCommands } from './commands/setup-link.ts'
import { addAttributeCommands } from './commands/attribute.ts'
import { addSchemaCommands } from './commands/schema.ts'
import { addStatisticsCommands } from './commands/statistics.ts'
import { addWebhookCommands } from './commands/webhook.ts'
import { serverRoles } from './server-roles.ts'
import { cliVersion } from './version.ts'

const examples = [
  'organization create --slug acme',
  'key create --organization acme --scope scim',
  'requests list --organization acme --failed --since 1h',
]

/** The whole command line; nothing runs before it is parsed. `isSilent`: usage errors are thrown, not written. */
export function createProgram(options: { readonly isSilent?: boolean } = {}): Command {
  const program = new Command('rollcall')
    .description('Identity provisioning: people and teams flow in, live in one directory, flow out.')
    .version(cliVersion, '--version', 'print the version')
    .helpOption('--help', 'show help')
    .configureHelp({ showGlobalOptions: false })
    .exitOverride()
    .configureOutput(options.isSilent === true ? { writeErr: () => undefined } : {})
    .addHelpText(
      'after',
      `\nOn the server’s machine:\n${describeRoles()}\n${describeEnvironment()}${toExamples(examples)}`,
    )
  addOrganizationCommands(program)
  addConnectionCommands(program)
  addPersonCommands(program)
  addFactorCommands(program)
  addKeyCommands(program)
  addApiKeyCommands(program)
  addServiceAccountCommands(program)
  addAppCommands(program)
  addSourceCommands(program)
  addWhyCommand(program)
  addAppHoldCommands(program)
  addNoticeCommands(program)
  addSavedViewCommands(program)
  addRequestsCommands(program)
  addLiveCommands(program)
  addSetupLinkCommands(program)
  addOverviewCommands(program)
  addStatisticsCommands(program)
  addEventStreamCommands(program)
  addTransmitterCommands(program)
  addAuditCommands(program)
  addHoldCommands(program)
  addDomainCommands(program)
  addEventCommands(program)
  addWebhookCommands(program)
  addRoleCommands(program)
  addRoleMappingCommands(program)
  addIdentityProviderCommands(program)
  addSignInFailureCommands(program)
  addSignInTestCommands(program)
  addSignInMappingCommands(program)
  addInvitationCommands(program)
  addMailCommands(program)
  addRunCommands(program)
  addInstanceCommands(program)
  addOperatorCommands(program)
  addSessionCommands(program)
  addSchemaCommands(program)
  addAttributeCommands(program)
  addPlanCommands(program)
  addTeamCommands(program)
  addMembershipCommands(program)
  addLoginCommands(program)
  addCompletionCommand(program)
  return program
}

function describeRoles(): string {
  return serverRoles.map(({ name, summary }) => `  ${name.padEnd(13)} ${summary}`).join('\n')
}

function describeEnvironment(): string {
  return `
Environment:
  ROLLCALL_URL, ROLLCALL_KEY      the server and a key to it (or ROLLCALL_KEY_FILE)
  ROLLCALL_DATA_DIR               else: the data folder whose instance.json names both; ./data
  ROLLCALL_PROFILE_FILE           else: what rollcall login wrote
  ROLLCALL_ORGANIZATION           stands in for --organization
  NO_COLOR, CI                    no colour; no questions

Exit status: 0 done, 1 refused or failed, 2 wrong usage, 130 interrupted
`
}
