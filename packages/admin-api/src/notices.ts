import { z } from 'zod'
import { inOrganization, none, type Route } from './route.ts'
import { flag, idOf, instant, pageOf, pageQuery } from './values.ts'

const noticeKind = z
  .enum([
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
    'appCredentialsExpiring',
    'appLeaversWaiting',
    'appPlanWaiting',
    'sourceReadHeld',
    'sourceReadFailed',
  ])
  .describe(
    'A key ends in 14 or 3 days; has ended; provisions nothing any more because its owner left; was found in the open. A webhook was disabled because it failed for days or is gone. A certificate of an identity provider ends in 30, 14, 7 days or in one. Its metadata was refused when it was read again. A mass change has waited for a decision for a day, and another one. An app does not work; was paused because it had not worked for weeks; more would be disabled, deleted or emptied in it than may pass unseen; for many people it cannot be sent anything; its credentials end in 30 or 7 days or in one. A read of a source looks wrong and waits for a person; a source cannot be read',
  )

export const notice = z
  .object({
    id: idOf('notice'),
    kind: noticeKind,
    keyId: idOf('key').nullable(),
    webhookId: idOf('webhook').nullable(),
    identityProviderId: idOf('identityProvider').nullable(),
    holdId: idOf('hold').nullable(),
    appId: idOf('app').nullable(),
    sourceId: idOf('source').nullable(),
    message: z.string().describe('What happened and what to do, for people'),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
    createdAt: instant,
    acknowledgedAt: instant.nullable(),
    acknowledgedBy: z.string().nullable(),
  })
  .meta({ id: 'Notice' })

export const noticePage = pageOf(notice, 'NoticePage')

export const noticeQuery = z.object({
  ...pageQuery,
  open: flag.optional().describe('`true`: only those that nobody has acknowledged; `false`: only the others'),
  kind: noticeKind.optional(),
})

const onNotice = inOrganization.extend({ notice: idOf('notice') })

export const noticeRoutes = {
  listNotices: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/notices',
    tag: 'Notices',
    summary: 'What administrators should know and do, newest first',
    scope: 'keys:read',
    params: inOrganization,
    query: noticeQuery,
    body: null,
    status: 200,
    answer: noticePage,
    errors: ['invalidCursor'],
  },
  acknowledgeNotice: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/notices/{notice}/acknowledge',
    tag: 'Notices',
    summary: 'Say that a notice was seen',
    scope: 'keys:manage',
    params: onNotice,
    query: none,
    body: null,
    status: 200,
    answer: notice,
    errors: [],
  },
} as const satisfies Record<string, Route>
