import { Option, type Command } from 'commander'
import { addCommand, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'

const healthColumns = ['health', 'reason', 'meaning', 'remedy', 'detail', 'since', 'nextProbeAt']
const gateColumns = ['kind', 'allowance', 'used', 'liveLinks', 'windowMs', 'pause']
const reasonColumns = ['reason', 'count', 'givenUp', 'meaning', 'remedy', 'attribute', 'nextAttemptAt']
const escrowColumns = ['id', 'name', 'reason', 'attribute', 'detail', 'attempts', 'nextAttemptAt']

/** Verbs that keep an app going: its health, its gate, and what it does not take. */
export function addAppCareCommands(noun: Command): void {
  addHealth(noun)
  addGate(noun)
  addEscrow(noun)
}

function addHealth(noun: Command): void {
  for (const [verb, route, summary] of [
    ['health', 'getAppHealth', 'show whether it works, and if not, why and when it is asked next'],
    ['probe', 'probeApp', 'ask an app in quarantine within seconds whether it works again'],
    ['release', 'releaseApp', 'let an app out of quarantine without a probe'],
  ] as const)
    addAppVerb(noun, { verb, route, summary, columns: healthColumns })
}

type AppVerb = {
  readonly verb: string
  readonly route: 'getAppHealth' | 'probeApp' | 'releaseApp' | 'getAppGate' | 'resumeAppGate'
  readonly summary: string
  readonly columns: readonly string[]
}

/** A verb that needs nothing but the app, and shows what it is then. */
function addAppVerb(noun: Command, { verb, route, summary, columns }: AppVerb): void {
  addCommand(noun, {
    usage: `${verb} <id>`,
    summary,
    examples: [`app ${verb} app_01h4zpwq00e008000000000000`],
    isInOrganization: true,
    run: async (session, _options, app) => {
      const answer = await inOrganizationOf(session, (organization) =>
        session.client.call(route, { params: { organization, app } }),
      )
      session.printItem(answer, columns)
    },
  })
}

function addGate(noun: Command): void {
  for (const [verb, route, summary] of [
    ['gate', 'getAppGate', 'show how much destructive work may pass unseen, and how much has passed'],
    ['gate-on', 'resumeAppGate', 'count destructive work again'],
  ] as const)
    addAppVerb(noun, { verb, route, summary, columns: gateColumns })
  addCommand<{ readonly reason: string; readonly until: string }>(noun, {
    usage: 'gate-off <id>',
    summary: 'let all destructive work pass until a time, at most 7 days ahead',
    examples: [
      'app gate-off app_01h4zpwq00e008000000000000 --reason "The subsidiary is sold" --until 2026-12-01T18:00:00Z --yes',
    ],
    isInOrganization: true,
    options: (command) =>
      command
        .requiredOption('--reason <text>', 'why')
        .requiredOption('--until <time>', 'RFC 3339, such as in the example'),
    run: async (session, { reason, until }, app) => {
      await session.confirm(`Let everything pass that disables, deletes or empties, until ${until}?`)
      const gate = await inOrganizationOf(session, (organization) =>
        session.client.call('pauseAppGate', { params: { organization, app }, body: { reason, until } }),
      )
      session.printItem(gate, gateColumns)
    },
  })
}

function addEscrow(noun: Command): void {
  addCommand<ListOptions & { readonly reason?: string; readonly kind?: string }>(noun, {
    usage: 'escrow <id>',
    summary: 'list people and teams that it does not take, and when each is tried next',
    examples: ['app escrow app_01h4zpwq00e008000000000000 --reason Conflict'],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .option('--reason <code>', 'only for this reason')
          .addOption(new Option('--kind <kind>', 'only these').choices(['user', 'team'])),
      ),
    run: async (session, options, app) => {
      const query = { ...toPageQuery(options), reason: options.reason, kind: options.kind }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listAppEscrow', { params: { organization, app }, query }),
      )
      session.printList(toListing(page), escrowColumns)
    },
  })
  addCommand(noun, {
    usage: 'escrow-reasons <id>',
    summary: 'list why it does not take people and teams, most frequent reason first',
    examples: ['app escrow-reasons app_01h4zpwq00e008000000000000'],
    isInOrganization: true,
    run: async (session, _options, app) => {
      const { data } = await inOrganizationOf(session, (organization) =>
        session.client.call('getAppEscrowReasons', { params: { organization, app } }),
      )
      session.printList({ data, nextCursor: null }, reasonColumns)
    },
  })
  addCommand<{ readonly reason?: string }>(noun, {
    usage: 'retry <id>',
    summary: 'try everything now that waits for a reason, or for any',
    examples: ['app retry app_01h4zpwq00e008000000000000 --reason LicenseLimit'],
    isInOrganization: true,
    options: (command) => command.option('--reason <code>', 'only what waits for this reason'),
    run: async (session, { reason }, app) => {
      const retried = await inOrganizationOf(session, (organization) =>
        session.client.call('retryAppEscrow', { params: { organization, app }, body: { reason } }),
      )
      session.printItem(retried, ['count'])
    },
  })
}
