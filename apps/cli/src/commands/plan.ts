import type { RouteBody } from '@rollcall/admin-api'
import { featureNames } from '@rollcall/admin-api/names'
import { Option, type Command } from 'commander'
import { addCommand, addNoun, collect, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { usageFailure } from '../failure.ts'
import { toListing } from '../listing.ts'
import { requireOrganization } from '../organization-scope.ts'

const columns = ['plan', 'seats', 'features']
const settings = ['on', 'off', 'plan'] as const

type Body = RouteBody<'changeOrganizationPlan'>
type SetOptions = { readonly plan?: string; readonly feature?: readonly string[]; readonly seats?: string }

export function addPlanCommands(program: Command): void {
  const noun = addNoun(program, 'plan', 'what an organization may use')
  addCommand<ListOptions>(noun, {
    usage: 'list',
    summary: 'plans and the features of each',
    examples: ['plan list'],
    options: withListOptions,
    run: async (session, options) => {
      const page = await session.client.call('listPlans', { query: toPageQuery(options) })
      session.printList(toListing(page), ['name', 'description', 'features', 'seatsMax'])
    },
  })
  addCommand(noun, {
    usage: 'show',
    summary: 'what the organization may use, and why not the rest',
    examples: ['plan show --organization acme'],
    isInOrganization: true,
    run: async (session) => {
      const organization = await requireOrganization(session)
      session.printItem(await session.client.call('getOrganizationPlan', { params: { organization } }), columns)
    },
  })
  addCommand<SetOptions>(noun, {
    usage: 'set',
    summary: 'give an organization another plan, or single features',
    examples: ['plan set --organization acme --plan pro', 'plan set --organization acme --feature customRoles=on'],
    isInOrganization: true,
    options: (command) =>
      command
        .option('--plan <name>', 'see plan list')
        .addOption(new Option('--feature <name=on|off|plan>', `repeats: ${featureNames.join(', ')}`).argParser(collect))
        .option('--seats <number>', 'how many people may be active; "plan": what the plan says'),
    run: async (session, options) => {
      const organization = await requireOrganization(session)
      const body = toBody(options)
      if (Object.keys(body).length === 0) throw usageFailure('Nothing to change: give --plan, --feature or --seats')
      const item = await session.client.call('changeOrganizationPlan', { params: { organization }, body })
      session.printItem(item, columns)
    },
  })
}

function toBody({ plan, feature, seats }: SetOptions): Body {
  return {
    ...(plan !== undefined && { plan }),
    ...(feature !== undefined && { features: Object.fromEntries(feature.map(parseFeature)) }),
    ...(seats !== undefined && { seatsMax: seats === 'plan' ? null : parseSeats(seats) }),
  }
}

function parseFeature(text: string): [string, boolean | null] {
  const [name = '', setting = ''] = text.split('=')
  if (!featureNames.some((each) => each === name) || !settings.some((each) => each === setting))
    throw usageFailure(`--feature takes a name and on, off or plan, such as groups=on, not "${text}"`)
  return [name, setting === 'plan' ? null : setting === 'on']
}

function parseSeats(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw usageFailure(`--seats takes a whole number or "plan", not "${text}"`)
}
