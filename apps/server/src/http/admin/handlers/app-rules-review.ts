import { getRules, saveRules, type RevisionName } from '../../../provisioning/apps/rules-revisions.ts'
import { checkAppRules } from '../../../provisioning/rules/app-rules.ts'
import { diffRules } from '../../../provisioning/rules/diff-rules.ts'
import { printRules, readRules } from '../../../provisioning/rules/rules-text.ts'
import { getApp } from '../../../provisioning/apps/app.ts'
import type { Handlers } from '../call-context.ts'
import { nameApp } from './apps.ts'

type ReviewRoute = 'checkAppRules' | 'diffAppRules' | 'exportAppRules' | 'importAppRules'

export const appRuleReviewHandlers: Handlers<ReviewRoute> = {
  checkAppRules: async (context, { params, body }) => {
    const { database } = context.parts
    const app = nameApp(context, params)
    const { kind } = (await getApp(database, app)).target
    const request = { ...app, kind, document: body.rules, now: context.call.now }
    const findings = await checkAppRules(database, request)
    const errors = findings.filter(({ severity }) => severity === 'error').length
    return { body: { errors, warnings: findings.length - errors, findings: [...findings] } }
  },

  diffAppRules: async (context, { params, query }) => {
    const app = nameApp(context, params)
    const [from, to] = [toRevision(query.from), toRevision(query.to)]
    // Before anything was published, all of the first rules are new.
    const { liveRevision } = await getApp(context.parts.database, app)
    const isFirst = from === 'live' && liveRevision === null
    const before = isFirst ? undefined : await getRules(context.parts.database, { ...app, revision: from })
    const after = await getRules(context.parts.database, { ...app, revision: to })
    const changes = diffRules(before?.document, after.document)
    return { body: { from: before?.revision ?? null, to: after.revision, changes: [...changes] } }
  },

  exportAppRules: async (context, { params, query }) => {
    const name = { ...nameApp(context, params), revision: toRevision(query.revision) }
    const { revision, document } = await getRules(context.parts.database, name)
    const { text, lost } = printRules(document, query.format)
    return { body: { revision, format: query.format, text, lost: [...lost] } }
  },

  importAppRules: async (context, { params, body }) => {
    const { document, lost } = readRules(body.text, body.format)
    const request = { ...nameApp(context, params), document, note: body.note }
    const { revision } = await saveRules(context.parts.database, context.call, request)
    return { body: { revision, rules: document, lost: [...lost] } }
  },
}

function toRevision(name: string): RevisionName {
  return name === 'live' || name === 'draft' ? name : Number(name)
}
