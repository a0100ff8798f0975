import type { Command } from 'commander'
import { addCommand, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { requireOrganization } from '../organization-scope.ts'

const presetColumns = ['name', 'title', 'baseUrl', 'credentials']

export function addAppPresetCommands(noun: Command): void {
  addCommand<ListOptions>(noun, {
    usage: 'presets',
    summary: 'apps that are known: how each is spoken to, and which attribute goes where',
    examples: ['app presets --organization acme', 'app presets --organization acme --json'],
    isInOrganization: true,
    options: withListOptions,
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const input = { params: { organization }, query: toPageQuery(options) }
      session.printList(toListing(await session.client.call('listAppPresets', input)), presetColumns)
    },
  })
}
