import { getApp } from '../../../provisioning/apps/app.ts'
import { assign, countAssignments, listAssignments, unassign } from '../../../provisioning/apps/assignments.ts'
import { requireFewConcerned } from '../../../provisioning/plans/require-plan.ts'
import type { ObjectRef } from '../../../provisioning/object.ts'
import { formatTypeId, parseTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { viewAssignment } from '../views/apps.ts'
import { nameApp } from './apps.ts'

export const appAssignmentHandlers: Handlers<'listAppAssignments' | 'assignToApp' | 'unassignFromApp'> = {
  listAppAssignments: async (context, { params, query }) => {
    const app = nameApp(context, params)
    const { database } = context.parts
    await getApp(database, app)
    const { kind, search } = query
    return answerList(context, {
      route: `listAppAssignments ${app.appId}`,
      query,
      read: (page) => listAssignments(database, app, { kind, search, ...page }),
      count: () => countAssignments(database, app, { kind, search }),
      view: viewAssignment,
    })
  },

  assignToApp: async (context, { params, body }) => {
    const subjects = body.subjects.map(toSubject)
    const app = nameApp(context, params)
    await requireFewConcerned(context.parts.database, app, subjects)
    const changed = await assign(context.parts.database, context.call, { ...app, subjects })
    return { body: { changed: changed.map(toId) } }
  },

  unassignFromApp: async (context, { params, body }) => {
    const subjects = body.subjects.map(toSubject)
    const app = nameApp(context, params)
    await requireFewConcerned(context.parts.database, app, subjects)
    const changed = await unassign(context.parts.database, context.call, { ...app, subjects })
    return { body: { changed: changed.map(toId) } }
  },
}

function toSubject(text: string): ObjectRef {
  const person = parseTypeId('usr', text)
  return person === undefined ? { kind: 'team', id: toUuid('team', text) } : { kind: 'user', id: person }
}

function toId({ kind, id }: ObjectRef): string {
  return formatTypeId(kind === 'user' ? 'usr' : 'team', id)
}
