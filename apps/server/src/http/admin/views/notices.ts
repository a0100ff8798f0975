import type { RouteAnswer } from '@rollcall/admin-api'
import type { Notice } from '../../../access/notices.ts'
import { formatTypeId } from '../../../type-id.ts'
import { idOrNull } from '../views.ts'

type NoticeView = RouteAnswer<'acknowledgeNotice'>

export function viewNotice(row: Notice): NoticeView {
  return {
    id: formatTypeId('note', row.id),
    kind: row.kind,
    keyId: idOrNull('key', row.keyId),
    webhookId: idOrNull('whk', row.webhookId),
    identityProviderId: idOrNull('idp', row.identityProviderId),
    holdId: idOrNull('hold', row.holdId),
    appId: idOrNull('app', row.appId),
    sourceId: idOrNull('src', row.sourceId),
    message: messageOf(row),
    // Written by our own statements only: texts and numbers.
    details: row.data as NoticeView['details'],
    createdAt: row.createdAt.toISOString(),
    acknowledgedAt: row.acknowledgedAt?.toISOString() ?? null,
    acknowledgedBy: row.acknowledgedBy,
  }
}

function messageOf({ kind, data }: Notice): string {
  const key = `The key "${textOf(data['key'])}" (${textOf(data['hint'])})`
  switch (kind) {
    case 'keyExpiring':
      return `${key} expires at ${textOf(data['expiresAt'])}: rotate it before, or what uses it stops`
    case 'keyExpired':
      return `${key} has expired at ${textOf(data['expiresAt'])}: what uses it is refused; make a new one`
    case 'keyOwnerLeft':
      return `${key} is dead because ${textOf(data['owner'])} is ${textOf(data['state'])}: provision with a key of a service account`
    case 'keyLeaked':
      return `${key} was found in the open (${textOf(data['source'])}) and was ${data['outcome'] === 'revoked' ? 'revoked' : 'left alive: revoke it'}`
    case 'webhookDisabled':
      return `The webhook "${textOf(data['webhook'])}" (${textOf(data['host'])}) was disabled because it ${data['reason'] === 'gone' ? 'answered that it is gone' : `had failed since ${textOf(data['failingSinceAt'])}`}: see its deliveries, enable it and replay what it missed`
    case 'certificateExpiring':
      return `A certificate of the identity provider "${textOf(data['identityProvider'])}" (${textOf(data['fingerprint']).slice(0, 16)}) ends at ${textOf(data['expiresAt'])}: see that its metadata has the next one before, or nobody signs in by it`
    case 'metadataRefused':
      return `The metadata of the identity provider "${textOf(data['identityProvider'])}" was refused when it was read again, and what was known before still counts: ${textOf(data['reason'])}`
    case 'holdWaiting':
      return `${textOf(data['changes'])} changes of the connection "${textOf(data['connection'])}" wait for a decision since ${textOf(data['openedAt'])}: approve or discard them before ${textOf(data['expiresAt'])}, or they are dropped and the identity provider goes on asking`
    case 'appQuarantined':
      return `The app "${textOf(data['app'])}" does not work since ${textOf(data['sinceAt'])}: ${textOf(data['meaning'])} ${textOf(data['remedy'])} Nothing is sent but probes, and nothing is lost`
    case 'appPaused':
      return `The app "${textOf(data['app'])}" was paused because it had not worked since ${textOf(data['sinceAt'])}: ${textOf(data['meaning'])} Mend it and resume the app; it goes on where it was`
    case 'appWorkHeld':
      return `${textOf(data['count'])} operations on the app "${textOf(data['app'])}" wait for a decision, where ${textOf(data['allowance'])} may pass in a day: approve or reject them before ${textOf(data['lapsesAt'])}`
    case 'appEscrowGrown':
      return `${textOf(data['count'])} people or teams cannot be provisioned into the app "${textOf(data['app'])}"; most of them: ${textOf(data['meaning'])}`
    case 'sourceReadHeld':
      return `A read of the source "${textOf(data['source'])}" looks wrong and waits, and nothing has changed: ${textOf(data['detail'])}. Look at it, then approve or reject the read`
    case 'sourceReadFailed':
      return `The source "${textOf(data['source'])}" could not be read, and nothing has changed: ${textOf(data['meaning'])} ${textOf(data['remedy'])}`
    case 'appCredentialsExpiring':
      return `The credentials of the app "${textOf(data['app'])}" end at ${textOf(data['expiresAt'])}: give it new ones before, or nothing reaches it any more`
    case 'appLeaversWaiting':
      return `Accounts of people who left are still in use in the app "${textOf(data['app'])}": ${textOf(data['count'])}, the first since ${textOf(data['sinceAt'])}. See why it does not get through, or disable them there by hand`
    case 'appPlanWaiting':
      return `The reconciliation of the app "${textOf(data['app'])}" has made a plan that waits: ${textOf(data['summary'])}. Look at it, then apply or discard it before ${textOf(data['expiresAt'])}`
    default:
      return kind satisfies never
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'unknown'
}
