import { getApp } from '../../../provisioning/apps/app.ts'
import { numbersOf } from '../../../provisioning/apps/app-settings.ts'
import { getRules } from '../../../provisioning/apps/rules-revisions.ts'
import { requireSoundRules } from '../../../provisioning/rules/app-rules.ts'
import { countRules, type Moved, type ScopeCount } from '../../../provisioning/rules/count-rules.ts'
import { sampleRules } from '../../../provisioning/rules/sample-rules.ts'
import type { Handlers } from '../call-context.ts'
import { formatObjectId, toObjectRef } from '../object-ref.ts'
import { nameApp } from './apps.ts'

export const appRuleSampleHandlers: Handlers<'sampleAppRules' | 'countAppRules'> = {
  sampleAppRules: async (context, { params, body }) => {
    const { database } = context.parts
    const app = nameApp(context, params)
    const { target } = await getApp(database, app)
    const ids = body.objects.map(toObjectRef).flatMap(({ kind, id }) => (kind === body.kind ? [id] : []))
    // Asked for a person among teams, nobody is found.
    const isMixed = body.objects.length > 0 && ids.length === 0
    const request = { ...app, target: target.kind, kind: body.kind, ids, names: body.names }
    const { source, target: takes, objects, defaultDomain } = await sampleRules(database, request)
    return {
      body: {
        source: source.map(toView),
        target: takes.map(toView),
        objects: (isMixed ? [] : objects).map((object) => ({
          id: formatObjectId(object),
          name: object.name,
          values: Object.fromEntries(object.values),
        })),
        defaultDomain,
      },
    }
  },

  countAppRules: async (context, { params, body }) => {
    const { database } = context.parts
    const name = nameApp(context, params)
    const { target, liveRevision, settings } = await getApp(database, name)
    const { organizationId } = name
    await requireSoundRules(database, { organizationId, kind: target.kind }, body.rules)
    const live = liveRevision === null ? undefined : await getRules(database, { ...name, revision: 'live' })
    const { users, teams, isComplete } = await countRules(database, {
      ...name,
      kind: target.kind,
      live: live?.document,
      document: body.rules,
      assignsNested: numbersOf(settings).assignsNested,
      now: context.call.now,
    })
    return { body: { users: viewCount(users), teams: teams && viewCount(teams), isComplete } }
  },
}

type Attribute = Awaited<ReturnType<typeof sampleRules>>['source'][number]

function toView({ name, type, isMultiValued = false, isRequired = false, isReadOnly = false }: Attribute) {
  return { name, type, isMultiValued, isRequired, isReadOnly }
}

function viewCount({ enters, leaves, ...numbers }: ScopeCount) {
  return { ...numbers, enters: enters.map(viewMoved), leaves: leaves.map(viewMoved) }
}

function viewMoved({ name, ...object }: Moved) {
  return { id: formatObjectId(object), name }
}
