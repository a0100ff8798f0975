import type { Command } from 'commander'
import { addCommand, addNoun, parseWholeNumber } from '../command.ts'
import { toListing } from '../listing.ts'
import { requireOrganization } from '../organization-scope.ts'

type Options = { readonly days?: number }

const charts = [
  {
    usage: 'people',
    route: 'getPeopleStatistics',
    summary: 'people by state, day by day',
    columns: ['day', 'pending', 'active', 'suspended', 'deprovisioned'],
  },
  {
    usage: 'changes',
    route: 'getChangeStatistics',
    summary: 'changes of people and teams by where they came from, day by day',
    columns: ['day', 'source', 'created', 'updated', 'suspended', 'deleted', 'members'],
  },
  {
    usage: 'errors',
    route: 'getErrorStatistics',
    summary: 'errors by cause, day by day',
    columns: ['day', 'origin', 'subject', 'cause', 'count'],
  },
] as const

/** `statistics`: what the charts of the console show. */
export function addStatisticsCommands(program: Command): void {
  const noun = addNoun(program, 'statistics', 'what happened day by day, in counts')
  for (const { usage, route, summary, columns } of charts)
    addCommand<Options>(noun, {
      usage,
      summary,
      examples: [`statistics ${usage} --organization acme --days 90`],
      isInOrganization: true,
      options: (command) =>
        command.option('--days <number>', 'how many, today included (default 30)', parseWholeNumber),
      run: async (session, { days }) => {
        const organization = await requireOrganization(session)
        const chart = await session.client.call(route, { params: { organization }, query: { days } })
        if (session.format === 'json') return session.printItem(chart, [])
        if (chart.firstDay !== null && chart.firstDay > chart.from)
          session.say(`Nothing was counted before ${chart.firstDay}`)
        session.printList(toListing({ data: chart.data, nextCursor: null }), columns)
      },
    })
}
