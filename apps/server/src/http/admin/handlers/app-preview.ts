import { explainWhy, explainWhyEverywhere } from '../../../provisioning/trace/why.ts'
import { previewObject } from '../../../provisioning/trace/preview.ts'
import { countOwnApps } from '../../../provisioning/apps/manage-apps.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toObjectRef } from '../object-ref.ts'
import { viewPreview, viewWhy } from '../views/app-preview.ts'
import { nameApp } from './apps.ts'

export const appPreviewHandlers: Handlers<'previewApp' | 'getAppWhy' | 'whyEverywhere'> = {
  previewApp: async (context, { params, body }) => {
    const { object, revision, attributes } = body
    const request = { ...nameApp(context, params), object: toObjectRef(object), revision, attributes }
    return { body: viewPreview(await previewObject(context.parts, context.call.now, request)) }
  },

  getAppWhy: async (context, { params, query }) => {
    const request = { ...nameApp(context, params), object: toObjectRef(query.object) }
    return { body: viewWhy(await explainWhy(context.parts, context.call.now, request)) }
  },

  whyEverywhere: (context, { query }) => {
    const { parts, organization, call } = context
    const object = toObjectRef(query.object)
    return answerList(context, {
      route: `whyEverywhere ${object.id}`,
      query,
      read: (page) => explainWhyEverywhere(parts, call.now, { organizationId: organization.id, object, ...page }),
      count: () => countOwnApps(parts.database, organization.id),
      view: viewWhy,
    })
  },
}
