import { z } from 'zod'
import { localeNames } from './names.ts'
import { inOrganization, none, type Route } from './route.ts'
import { idOf, instant, mailAddress, pageOf, pageQuery } from './values.ts'

const mailState = z
  .enum(['waiting', 'sent', 'failed', 'canceled'])
  .describe(
    '`waiting` without a mail server is read here only; `canceled`: it was not true any more before it was sent',
  )
  .meta({ id: 'MailState' })

const mailFields = {
  id: idOf('mail'),
  template: z
    .enum([
      'invitation',
      'keyCreated',
      'keyRevoked',
      'ownKeyCreated',
      'ownKeyRevoked',
      'keyExpiring',
      'keyExpired',
      'keyLeaked',
      'keyOwnerLeft',
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
      'serviceAccountDisabled',
      'passkeyAdded',
      'passkeyRemoved',
      'totpAdded',
      'totpRemoved',
      'recoveryCodesMade',
      'recoveryCodeUsed',
      'factorsReset',
      'passwordForgotten',
      'emailConfirmNew',
      'emailConfirmOld',
      'setupLink',
      'test',
    ])
    .describe('What the mail is about'),
  to: z.string(),
  locale: z.string().describe('The recipient’s language, BCP 47'),
  subject: z.string(),
  text: z
    .string()
    .describe('As it is sent; the secret part of links is left out for whoever lacks the permission `people:invite`'),
  link: z
    .url()
    .nullable()
    .describe('What its button opens; null: it has none, or the key may not see it. The text then says `[hidden]`'),
  state: mailState,
  attempts: z.int().min(0),
  createdAt: instant,
  dueAt: instant.describe('When it is tried next; of a mail that was sent or given up, when that was'),
  sentAt: instant.nullable(),
  lastError: z.string().nullable().describe('What the mail server said last'),
}

export const mailSummary = z.object(mailFields).meta({ id: 'MailSummary' })

export const mailPage = pageOf(mailSummary, 'MailPage')

export const mail = z.object({ ...mailFields, html: z.string() }).meta({ id: 'Mail' })

export const testMail = z
  .object({
    ...mailFields,
    html: z.string(),
    delivery: z
      .enum(['smtp', 'outbox'])
      .describe('`outbox`: no mail server is configured, so that the mail stands here to be read'),
  })
  .meta({ id: 'TestMail' })

export const mailQuery = z.object({ ...pageQuery, state: mailState.optional() })

export const testMailBody = z
  .strictObject({
    to: mailAddress,
    locale: z.enum(localeNames).optional().describe('Left out: the organization’s'),
  })
  .meta({ id: 'TestMailRequest' })

const onMail = inOrganization.extend({ mail: idOf('mail') })

export const mailRoutes = {
  listMails: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/mails',
    tag: 'Mails',
    summary: 'What was sent or waits in the outbox, newest first',
    scope: 'mail:read',
    params: inOrganization,
    query: mailQuery,
    body: null,
    status: 200,
    answer: mailPage,
    errors: ['invalidCursor'],
  },
  getMail: {
    method: 'GET',
    path: '/api/v1/organizations/{organization}/mails/{mail}',
    tag: 'Mails',
    summary: 'One mail as text and as HTML',
    scope: 'mail:read',
    params: onMail,
    query: none,
    body: null,
    status: 200,
    answer: mail,
    errors: [],
  },
  sendTestMail: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/mails/test',
    tag: 'Mails',
    summary: 'Send a mail whose only purpose is to arrive',
    scope: 'mail:send',
    params: inOrganization,
    query: none,
    body: testMailBody,
    status: 201,
    answer: testMail,
    errors: [],
  },
  retryMail: {
    method: 'POST',
    path: '/api/v1/organizations/{organization}/mails/{mail}/retry',
    tag: 'Mails',
    summary: 'Try a mail again that was given up',
    scope: 'mail:send',
    params: onMail,
    query: none,
    body: null,
    status: 200,
    answer: mail,
    errors: ['conflict'],
  },
} as const satisfies Record<string, Route>
