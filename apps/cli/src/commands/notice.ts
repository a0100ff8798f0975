import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf, requireOrganization } from '../organization-scope.ts'

const columns = ['id', 'kind', 'message', 'createdAt', 'acknowledgedBy']
const kinds = [
  'keyExpiring',
  'keyExpired',
  'keyOwnerLeft',
  'keyLeaked',
  'webhookDisabled',
  'certificateExpiring',
  'metadataRefused',
  'holdWaiting',
  'appQuarantined',
  'appPaused',
  'appWorkHeld',
  'appEscrowGrown',
  'sourceReadHeld',
  'sourceReadFailed',
  'appCredentialsExpiring',
  'appLeaversWaiting',
  'appPlanWaiting',
]

export function addNoticeCommands(program: Command): void {
  const noun = addNoun(program, 'notice', 'what administrators should know and do')
  addCommand<ListOptions & { all?: boolean; kind?: string }>(noun, {
    usage: 'list',
    summary: 'list notices that nobody has acknowledged, newest first',
    examples: ['notice list --organization acme', 'notice list --organization acme --all --kind keyExpired'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(command)
        .option('--all', 'acknowledged ones too')
        .addOption(new Option('--kind <kind>', 'only these').choices(kinds)),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const query = { ...toPageQuery(options), open: options.all === true ? undefined : true, kind: options.kind }
      const page = await session.client.call('listNotices', { params: { organization }, query })
      session.printList(toListing(page), columns)
    },
  })
  addCommand(noun, {
    usage: 'acknowledge <id>',
    summary: 'say that a notice was seen',
    examples: ['notice acknowledge note_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, notice) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('acknowledgeNotice', { params: { organization, notice } }),
      )
      session.printItem(item, columns)
    },
  })
}
