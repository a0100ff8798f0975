import { setTimeout as sleep } from 'node:timers/promises'
import type { RouteAnswer } from '@rollcall/admin-api'
import { Option, type Command } from 'commander'
import { addCommand, toPageQuery, withListOptions, type ListOptions } from '../command.ts'
import { parseInstant } from '../duration.ts'
import { toListing } from '../listing.ts'
import { inOrganizationOf } from '../organization-scope.ts'
import type { Session } from '../session.ts'

const columns = ['id', 'type', 'state', 'lastStatus', 'nextAttemptAt', 'createdAt']
const webhookId = 'whk_01h4zpwq00e008000000000000'
const deliveryId = 'dlv_01h4zpwq00e008000000000000'
/** A test is over when the endpoint has answered, or has not within the server's time limit. */
const testWaitMs = 20_000
const pollMs = 250

type Delivery = RouteAnswer<'getDelivery'>

export function addDeliveryCommands(noun: Command): void {
  addCommand(noun, {
    usage: 'test <id>',
    summary: 'send a test event and wait for what the endpoint answers; fails when it is not delivered',
    examples: [`webhook test ${webhookId}`],
    isInOrganization: true,
    run: async (session, _options, webhook) => {
      const delivery = await inOrganizationOf(session, async (organization) => {
        const sent = await session.client.call('testWebhook', { params: { organization, webhook } })
        return awaitAttempt(session, { organization, webhook }, sent)
      })
      session.printItem(delivery, columns)
      if (delivery.state !== 'delivered') process.exitCode = 1
    },
  })
  addDeliveries(noun)
  addRequest(noun)
  addResend(noun)
  addRecover(noun)
  addReplay(noun)
}

async function awaitAttempt(
  session: Session,
  place: { readonly organization: string; readonly webhook: string },
  sent: Delivery,
): Promise<Delivery> {
  let delivery = sent
  for (const deadline = performance.now() + testWaitMs; performance.now() < deadline; await sleep(pollMs)) {
    delivery = await session.client.call('getDelivery', { params: { ...place, delivery: sent.id } })
    if (delivery.attempts.length > 0) break
  }
  return delivery
}

function addDeliveries(noun: Command): void {
  addCommand<ListOptions & { readonly state?: Delivery['state']; readonly type?: string }>(noun, {
    usage: 'deliveries <id>',
    summary: 'list what was sent to an endpoint and what came back, newest first',
    examples: [`webhook deliveries ${webhookId} --state failed`],
    isInOrganization: true,
    options: (command) =>
      withListOptions(
        command
          .addOption(new Option('--state <state>', 'only those').choices(['waiting', 'delivered', 'failed']))
          .option('--type <type>', 'only events of that type'),
      ),
    run: async (session, options, webhook) => {
      const query = { ...toPageQuery(options), state: options.state, type: options.type }
      const page = await inOrganizationOf(session, (organization) =>
        session.client.call('listDeliveries', { params: { organization, webhook }, query }),
      )
      session.printList(toListing(page), columns)
    },
  })
}

function addRequest(noun: Command): void {
  addCommand<{ readonly delivery: string }>(noun, {
    usage: 'request <id>',
    summary: 'show what is sent with a delivery: address, header and the bytes that are signed',
    examples: [`webhook request ${webhookId} --delivery ${deliveryId}`],
    isInOrganization: true,
    options: (command) => command.requiredOption('--delivery <id>', 'which one; see webhook deliveries'),
    run: async (session, { delivery }, webhook) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('getDeliveryRequest', { params: { organization, webhook, delivery } }),
      )
      session.printItem(item, ['method', 'url', 'headers', 'body'])
    },
  })
}

function addResend(noun: Command): void {
  addCommand<{ readonly delivery: string }>(noun, {
    usage: 'resend <id>',
    summary: 'send one event again, whatever became of it',
    examples: [`webhook resend ${webhookId} --delivery ${deliveryId}`],
    isInOrganization: true,
    options: (command) => command.requiredOption('--delivery <id>', 'which one; see webhook deliveries'),
    run: async (session, { delivery }, webhook) => {
      const item = await inOrganizationOf(session, (organization) =>
        session.client.call('resendDelivery', { params: { organization, webhook, delivery } }),
      )
      session.printItem(item, columns)
    },
  })
}

type SinceOptions = { readonly since: string }

function withSince(command: Command): Command {
  return command.requiredOption('--since <when>', 'a time, or a duration before now such as 1d')
}

function toSince({ since }: SinceOptions, session: Session): string {
  return parseInstant(since, { option: '--since', now: session.now, direction: 'past' })
}

function addRecover(noun: Command): void {
  addCommand<SinceOptions>(noun, {
    usage: 'recover <id>',
    summary: 'send again everything that failed for good since then',
    examples: [`webhook recover ${webhookId} --since 2d`],
    isInOrganization: true,
    options: withSince,
    run: async (session, options, webhook) => {
      const body = { since: toSince(options, session) }
      const { count } = await inOrganizationOf(session, (organization) =>
        session.client.call('recoverWebhook', { params: { organization, webhook }, body }),
      )
      session.printItem({ id: webhook, count }, ['id', 'count'])
    },
  })
}

function addReplay(noun: Command): void {
  addCommand<SinceOptions>(noun, {
    usage: 'replay <id>',
    summary: 'send every event since then that the endpoint has missed, such as while it was disabled',
    examples: [`webhook replay ${webhookId} --since 7d`],
    isInOrganization: true,
    options: withSince,
    run: async (session, options, webhook) => {
      const since = toSince(options, session)
      const count = await inOrganizationOf(session, async (organization) => {
        let total = 0
        let cursor: string | null | undefined
        do {
          const body = { since, ...(cursor && { cursor }) }
          const replayed = await session.client.call('replayWebhook', { params: { organization, webhook }, body })
          total += replayed.count
          cursor = replayed.nextCursor
        } while (cursor !== null)
        return total
      })
      session.printItem({ id: webhook, count }, ['id', 'count'])
    },
  })
}
