import { AccessError } from '../access/access-error.ts'
import { toPage, type Call, type Page, type PageOf } from '../access/call.ts'
import { insertAccessChange } from '../db/queries/access-changes.ts'
import { lockOrganization } from '../db/queries/organizations.ts'
import {
  deleteWebhookRows,
  insertWebhook,
  selectWebhook,
  selectWebhookCount,
  selectWebhooks,
  updateWebhook,
  updateWebhookSecret,
  type WebhookFormat,
  type WebhookRow,
} from '../db/queries/webhooks.ts'
import type { Database, Queryable } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import type { OutboundSender } from '../outbound-send.ts'
import { createId } from '../type-id.ts'
import { followOutbox } from './outbox.ts'
import { createWebhookSecret, type Vault } from './webhook-secret.ts'
import { withoutQuery } from './without-query.ts'
import { staleVersion } from '../access/stale-version.ts'

/** An endpoint that is told of events. */
export type Webhook = WebhookRow

/** The name under which endpoints read the outbox. */
export const webhookConsumer = 'webhooks'

/** So many endpoints has an organization at most. */
const webhooksMax = 50
/** After a rotation the old secret signs too for so long. */
const overlapMs = 24 * 3600 * 1000

export type WebhookSettings = {
  readonly name: string
  readonly url: string
  readonly types: readonly string[]
  readonly format: WebhookFormat
}

/** What the use cases of endpoints work with. */
export type WebhookTools = { readonly database: Database; readonly vault: Vault; readonly sender: OutboundSender }

/** Makes an endpoint; what happens from now on it is told. Throws `beyondRights`, `invalidUrl`, `tooManyWebhooks`. */
export async function createWebhook(
  { database, vault, sender }: WebhookTools,
  call: Call,
  request: { readonly organizationId: string; readonly command: WebhookSettings },
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const { organizationId, command } = request
  requireReading(call)
  await checkUrl(sender, command.url)
  const id = createId()
  const secret = createWebhookSecret()
  return transaction(database, async (tx) => {
    await lockOrganization(tx, organizationId)
    if ((await selectWebhookCount(tx, organizationId)) >= webhooksMax)
      throw new AccessError('tooManyWebhooks', `An organization has ${webhooksMax} webhooks at most`)
    const afterPosition = await followOutbox(tx, { organizationId, consumer: webhookConsumer })
    const sealed = vault.seal(secret, { organizationId, id })
    const made = { organizationId, id, secret: sealed, afterPosition, createdBy: call.actor, createdAt: call.now }
    await insertWebhook(tx, { ...made, ...command })
    const webhook = await getWebhook(tx, organizationId, id)
    await record(tx, call, webhook, 'webhook.created')
    return { webhook, secret }
  })
}

/** An endpoint reads events, so whoever says where they go must be allowed to. */
function requireReading({ rights }: Call): void {
  if (rights !== 'all' && !rights.permissions.has('events:read'))
    throw new AccessError('beyondRights', 'Whoever makes or points a webhook needs the permission "events:read" too')
}

/** Asked outside of any transaction: the name is looked up. */
async function checkUrl(sender: OutboundSender, url: string): Promise<void> {
  const flaw = await sender.findFlaw(url)
  if (flaw !== undefined) throw new AccessError('invalidUrl', flaw, { field: 'url' })
}

/** Throws `webhookNotFound`. */
export async function getWebhook(database: Queryable, organizationId: string, id: string): Promise<Webhook> {
  const webhook = await selectWebhook(database, organizationId, id)
  if (webhook === undefined) throw new AccessError('webhookNotFound', 'There is no such webhook')
  return webhook
}

/** Oldest first; `next` is the last id of the page. */
export async function listWebhooks(database: Queryable, organizationId: string, page: PageOf): Promise<Page<Webhook>> {
  const rows = await selectWebhooks(database, organizationId, { after: page.after, rowsMax: page.limit + 1 })
  return toPage(rows, page.limit, (row) => row.id)
}

export function countWebhooks(database: Queryable, organizationId: string): Promise<number> {
  return selectWebhookCount(database, organizationId)
}

export type UpdateWebhook = {
  readonly [name in keyof WebhookSettings]?: WebhookSettings[name] | undefined
} & { readonly state?: Webhook['state'] | undefined }

/** Throws `webhookNotFound`, `beyondRights`, `invalidUrl`, `versionMismatch`. */
export async function changeWebhook(
  { database, sender }: Pick<WebhookTools, 'database' | 'sender'>,
  call: Call,
  request: {
    readonly organizationId: string
    readonly id: string
    readonly command: UpdateWebhook
    readonly ifVersion: number | undefined
  },
): Promise<Webhook> {
  const { organizationId, id, command, ifVersion } = request
  if (command.url !== undefined || command.types !== undefined) requireReading(call)
  if (command.url !== undefined) await checkUrl(sender, command.url)
  return transaction(database, async (tx) => {
    const before = await getWebhook(tx, organizationId, id)
    if (ifVersion !== undefined && ifVersion !== before.version) throw staleVersion('The webhook', before.version)
    const state = command.state ?? before.state
    const isSame = state === before.state
    const after = await updateWebhook(tx, {
      ...before,
      name: command.name ?? before.name,
      url: command.url ?? before.url,
      types: command.types ?? before.types,
      format: command.format ?? before.format,
      state,
      disabledReason: isSame ? before.disabledReason : state === 'disabled' ? 'manual' : null,
      at: call.now,
    })
    if (after === undefined) throw staleVersion('The webhook', undefined)
    await record(tx, call, after, 'webhook.updated')
    return after
  })
}

/** A new secret; for 24 hours messages are signed with both. Throws `webhookNotFound`. */
export async function rotateWebhook(
  { database, vault }: Pick<WebhookTools, 'database' | 'vault'>,
  call: Call,
  request: { readonly organizationId: string; readonly id: string },
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const { organizationId, id } = request
  const secret = createWebhookSecret()
  return transaction(database, async (tx) => {
    const webhook = await updateWebhookSecret(tx, {
      organizationId,
      id,
      secret: vault.seal(secret, { organizationId, id }),
      previousUntil: new Date(call.now.getTime() + overlapMs),
      at: call.now,
    })
    if (webhook === undefined) throw new AccessError('webhookNotFound', 'There is no such webhook')
    await record(tx, call, webhook, 'webhook.rotated')
    return { webhook, secret }
  })
}

/** With everything that waits for it, and its log. Throws `webhookNotFound`. */
export async function deleteWebhook(
  database: Database,
  call: Call,
  request: { readonly organizationId: string; readonly id: string },
): Promise<void> {
  const { organizationId, id } = request
  await transaction(database, async (tx) => {
    await lockOrganization(tx, organizationId)
    const gone = await deleteWebhookRows(tx, organizationId, id, webhookConsumer)
    if (gone === undefined) throw new AccessError('webhookNotFound', 'There is no such webhook')
    await record(tx, call, gone, 'webhook.deleted')
  })
}

/** The secrets that sign at a moment: the newest first. */
export function openSecrets(vault: Vault, webhook: Webhook, now: Date): readonly string[] {
  const { organizationId, id, secret, previousSecret, previousUntil } = webhook
  const isLive = previousSecret !== null && previousUntil !== null && previousUntil > now
  const sealed = isLive ? [secret, previousSecret] : [secret]
  return sealed.map((each) => vault.open(each, { organizationId, id }))
}

/** What was done to an endpoint. */
export async function record(
  tx: Queryable,
  call: Pick<Call, 'actor' | 'now' | 'requestId'>,
  webhook: Webhook,
  action: `webhook.${string}`,
): Promise<void> {
  const { name, url, types, format, state, disabledReason } = webhook
  await insertAccessChange(tx, {
    organizationId: webhook.organizationId,
    at: call.now,
    action,
    subjectId: webhook.id,
    subjectVersion: webhook.version,
    actor: call.actor,
    requestId: call.requestId,
    data: { name, url: withoutQuery(url), types: [...types], format, state, disabledReason },
  })
}

/** How the server names itself where nobody asked it to do something. */
export const systemActor = 'system'
