import { toOrganizationLanguage } from '../../../access/invitation-settings.ts'
import { getOrganization } from '../../../access/organizations.ts'
import { permissionsOf } from '../../../access/rights.ts'
import { linkOf } from '../../../mail/mail-link.ts'
import { countMails, getMail, listMails, queueTestMail, retryMail, type Mail } from '../../../mail/outbox.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { toMailDelivery } from '../mail-delivery.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { hiddenPath, viewMail } from '../views/mails.ts'

export const mailHandlers: Handlers<'listMails' | 'getMail' | 'sendTestMail' | 'retryMail'> = {
  listMails: (context, { query }) => {
    const { database } = context.parts
    const { id } = context.organization
    const { state } = query
    return answerList(context, {
      route: 'listMails',
      query,
      read: async (page) => {
        const { data, next } = await listMails(database, id, { ...page, state })
        return { data: await Promise.all(data.map((mail) => showSummary(context, mail))), next }
      },
      count: () => countMails(database, id, state),
      view: (summary) => summary,
    })
  },

  getMail: async (context, { params }) => {
    const mail = await getMail(context.parts.database, context.organization.id, toUuid('mail', params.mail))
    return { body: await show(context, mail) }
  },

  sendTestMail: async (context, { body }) => {
    const { database, config } = context.parts
    const organizationId = context.organization.id
    const { settings } = await getOrganization(database, organizationId)
    const locale = body.locale ?? toOrganizationLanguage(settings)
    const mail = await queueTestMail(database, context.call, { organizationId, to: body.to, locale })
    const view = await show(context, mail)
    return {
      body: { ...view, delivery: toMailDelivery(config) },
      location: `/api/v1/organizations/${context.organization.slug}/mails/${view.id}`,
    }
  },

  retryMail: async (context, { params }) => {
    const named = { organizationId: context.organization.id, id: toUuid('mail', params.mail) }
    return { body: await show(context, await retryMail(context.parts.database, context.call, named)) }
  },
}

async function show(context: CallContext, mail: Mail) {
  return viewMail(mail, await toLink(context, mail))
}

async function showSummary(context: CallContext, mail: Mail) {
  const { html: _, ...summary } = await show(context, mail)
  return summary
}

/**
 * Whoever may not invite people may not confirm addresses in their place either. A link that sets a password makes one the
 * person: only those see it who may do everything.
 */
async function toLink({ principal, parts, baseUrl }: CallContext, mail: Mail): Promise<string | undefined> {
  const link = linkOf(mail)
  if (link === undefined) return undefined
  const maySee = permissionsOf(principal).has(link.kind === 'invitation' ? 'people:invite' : 'owners:manage')
  return baseUrl + (maySee ? await parts.mailLinks.toPath(link) : hiddenPath)
}
