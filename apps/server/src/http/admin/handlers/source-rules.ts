import type { SourceRules } from '@rollcall/admin-api'
import { byTarget, diffDocuments } from '../../../rule-changes.ts'
import {
  getSourceRules,
  listSourceRevisions,
  publishSourceRules,
  restoreSourceRules,
  saveSourceRules,
  type RevisionName,
} from '../../../sources/rules-revisions.ts'
import { reviewSourceRules } from '../../../sources/rules/sound-rules.ts'
import { getSource } from '../../../sources/source.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { viewSourceRevision, viewSourceRevisionSummary } from '../views/sources.ts'
import { nameSource } from './sources.ts'

type RuleRoute =
  | 'listSourceRevisions'
  | 'getSourceRules'
  | 'compareSourceRules'
  | 'saveSourceRules'
  | 'checkSourceRules'
  | 'restoreSourceRules'
  | 'publishSourceRules'

export const sourceRuleHandlers: Handlers<RuleRoute> = {
  listSourceRevisions: (context, { params, query }) => {
    const source = nameSource(context, params)
    return answerList(context, {
      route: `listSourceRevisions ${source.sourceId}`,
      query,
      read: (page) => listSourceRevisions(context.parts.database, source, page),
      // Revisions count from 1 and are never deleted, so the newest tells how many there are.
      count: async () =>
        (await listSourceRevisions(context.parts.database, source, { limit: 1 })).data[0]?.revision ?? 0,
      view: viewSourceRevisionSummary,
    })
  },

  getSourceRules: async (context, { params, query }) => {
    const name = { ...nameSource(context, params), revision: toRevision(query.revision) }
    return { body: viewSourceRevision(await getSourceRules(context.parts.database, name)) }
  },

  compareSourceRules: async (context, { params, query }) => {
    const { database } = context.parts
    const source = nameSource(context, params)
    const [from, to] = [toRevision(query.from), toRevision(query.to)]
    // Before anything was published, all of the first rules are new.
    const { liveRevision } = await getSource(database, source)
    const isFirst = from === 'live' && liveRevision === null
    const before = isFirst ? undefined : await getSourceRules(database, { ...source, revision: from })
    const after = await getSourceRules(database, { ...source, revision: to })
    const changes = diffDocuments(before === undefined ? {} : keyed(before.document), keyed(after.document))
    return { body: { from: before?.revision ?? null, to: after.revision, changes: [...changes] } }
  },

  saveSourceRules: async (context, { params, body }) => {
    const request = { ...nameSource(context, params), document: body.rules, note: body.note }
    return { body: viewSourceRevision(await saveSourceRules(context.parts.database, context.call, request)) }
  },

  checkSourceRules: async (context, { params, body }) => {
    const findings = await reviewSourceRules(context.parts.database, nameSource(context, params), body.rules)
    const errors = findings.filter(({ severity }) => severity === 'error').length
    return { body: { errors, warnings: findings.length - errors, findings: [...findings] } }
  },

  restoreSourceRules: async (context, { params, body }) => {
    const request = { ...nameSource(context, params), ...body }
    return { body: viewSourceRevision(await restoreSourceRules(context.parts.database, context.call, request)) }
  },

  publishSourceRules: async (context, { params, body }) => {
    const request = { ...nameSource(context, params), ...body }
    return { body: viewSourceRevision(await publishSourceRules(context.parts.database, context.call, request)) }
  },
}

function keyed(rules: SourceRules): { readonly [name: string]: unknown } {
  return { ...rules, mappings: byTarget(rules.mappings) }
}

function toRevision(name: string): RevisionName {
  return name === 'live' || name === 'draft' ? name : Number(name)
}
