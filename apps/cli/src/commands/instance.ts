import { Option, type Command } from 'commander'
import { addCommand, addNoun, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { toListing } from '../listing.ts'

const user = 'usr_01h4zpwq00e008000000000000'
const run = 'run_01h4zpwq00e008000000000000'

/** What operators of the server do; keys of the instance open it. */
export function addInstanceCommands(program: Command): void {
  const noun = addNoun(program, 'instance', 'the server as a whole: its organizations, jobs, health and keys')
  addCommand<ListOptions>(noun, {
    usage: 'organizations',
    summary: 'list every organization with its size',
    examples: ['instance organizations'],
    options: withListOptions,
    run: async (session, options) => {
      const page = await session.client.call('listInstanceOrganizations', { query: toPageQuery(options) })
      session.printList(toListing(page), ['slug', 'name', 'plan', 'people', 'lastChangeAt', 'id'])
    },
  })
  addCommand<{ email: string }>(noun, {
    usage: 'invite-owner <organization>',
    summary: 'invite a new person as owner of an organization, and print the link',
    examples: ['instance invite-owner acme --email ada@example.com'],
    options: (command) => command.requiredOption('--email <address>', 'the person’s mail address and user name'),
    run: async (session, { email }, organization) => {
      const answer = await session.client.call('inviteOwner', { params: { organization }, body: { email } })
      session.printItem(answer, ['userId', 'url', 'expiresAt'])
    },
  })
  addCommand(noun, {
    usage: 'health',
    summary: 'look at what usually goes wrong, in the process that answers',
    examples: ['instance health', 'instance health --json'],
    run: async (session) => {
      const health = await session.client.call('getInstanceHealth', {})
      if (session.format !== 'table') return session.printItem(health, ['isHealthy', 'version'])
      session.printList({ data: health.checks, nextCursor: null }, ['status', 'check', 'detail'])
    },
  })
  addCommand(noun, {
    usage: 'jobs',
    summary: 'show what waits for workers, and how work on the timetable went',
    examples: ['instance jobs'],
    run: async (session) => {
      const jobs = await session.client.call('getInstanceJobs', {})
      if (session.format !== 'table') return session.printItem(jobs, ['queues', 'engine', 'sessions'])
      session.printList({ data: jobs.queues, nextCursor: null }, ['name', 'count', 'oldestSeconds'])
    },
  })
  addCommand(noun, {
    usage: 'support-bundle',
    summary: 'print what somebody who helps wants to know, without secrets and names of people',
    examples: ['instance support-bundle --json > support.json'],
    run: async (session) =>
      session.printItem(await session.client.call('getSupportBundle', {}), ['at', 'health', 'jobs']),
  })
  addRunCommands(noun)
  addKeyCommands(noun)
}

function addRunCommands(noun: Command): void {
  const columns = ['createdAt', 'state', 'kind', 'organization', 'error', 'id']
  addCommand<ListOptions & { state?: 'queued' | 'running' | 'done' | 'failed' }>(noun, {
    usage: 'runs',
    summary: 'list long work of all organizations, newest first',
    examples: ['instance runs --state failed'],
    options: (command) =>
      withListOptions(
        command.addOption(new Option('--state <state>', 'only these').choices(['queued', 'running', 'done', 'failed'])),
      ),
    run: async (session, options) => {
      const query = { ...toPageQuery(options), state: options.state }
      session.printList(toListing(await session.client.call('listInstanceRuns', { query })), columns)
    },
  })
  addCommand(noun, {
    usage: 'retry <run>',
    summary: 'let failed long work go on from where it was',
    examples: [`instance retry ${run}`],
    run: async (session, _options, id) => {
      session.printItem(await session.client.call('retryInstanceRun', { params: { run: id } }), columns)
    },
  })
}

function addKeyCommands(noun: Command): void {
  addCommand(noun, {
    usage: 'encryption-keys',
    summary: 'show which keys seal secrets, and since when; never the keys',
    examples: ['instance encryption-keys'],
    run: async (session) => {
      const state = await session.client.call('getEncryptionKeys', {})
      if (session.format !== 'table') return session.printItem(state, ['source', 'keys', 'unknown'])
      session.printList({ data: state.keys, nextCursor: null }, ['id', 'isCurrent', 'secrets', 'since'])
    },
  })
  addCommand(noun, {
    usage: 'reseal',
    summary: 'seal every secret anew with the first key',
    examples: ['instance reseal'],
    run: async (session) => session.printItem(await session.client.call('resealSecrets', {}), ['count']),
  })
}

/** People who run the server. */
export function addOperatorCommands(program: Command): void {
  const columns = ['userName', 'organization', 'isActive', 'grantedBy', 'grantedAt', 'id']
  const noun = addNoun(
    program,
    'operator',
    'people who run the server: signed in they may what keys of the instance may',
  )
  addCommand<ListOptions>(noun, {
    usage: 'list',
    summary: 'list operators',
    examples: ['operator list'],
    options: withListOptions,
    run: async (session, options) => {
      const page = await session.client.call('listOperators', { query: toPageQuery(options) })
      session.printList(toListing(page), columns)
    },
  })
  addCommand<{ in: string }>(noun, {
    usage: 'grant <user-name>',
    summary: 'make a person an operator; owners of the organization must be trusted as much',
    examples: ['operator grant ada@example.com --in acme'],
    options: (command) => command.requiredOption('--in <organization>', 'id or slug of the person’s organization'),
    run: async (session, options, userName) => {
      const body = { organization: options.in, userName }
      session.printItem(await session.client.call('grantOperator', { body }), columns)
    },
  })
  addCommand(noun, {
    usage: 'revoke <id>',
    summary: 'take the right of an operator away, at once',
    examples: [`operator revoke ${user} --yes`],
    run: async (session, _options, id) => {
      await session.confirm(`Take the right from ${id}?`)
      await session.client.call('revokeOperator', { params: { user: id } })
      session.printItem({ id, revoked: true }, ['id', 'revoked'])
    },
  })
}
