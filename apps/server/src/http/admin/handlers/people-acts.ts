import type { RouteInput } from '@rollcall/admin-api'
import { refuseTeamBeyond } from '../../../access/team-roles.ts'
import {
  countItems,
  getActName,
  listActItems,
  queuePeopleAct,
  queuePeopleUndo,
  type PeopleActName,
  type Selection,
} from '../../../directory/people-acts.ts'
import { formatTypeId } from '../../../type-id.ts'
import { requireScope } from '../authorize.ts'
import type { CallContext, Handlers } from '../call-context.ts'
import { answerList } from '../list.ts'
import { toUuid } from '../to-uuid.ts'
import { acceptRun } from '../views/runs.ts'
import { toListPeople } from './people-list.ts'

export const peopleActHandlers: Handlers<'actOnPeople' | 'listPeopleActItems' | 'undoPeopleAct'> = {
  actOnPeople: async (context, { body }) => {
    const teamId = body.team === undefined ? null : toUuid('team', body.team)
    requireMore(context, body.act)
    if (teamId !== null) await refuseTeam(context, teamId)
    const act = {
      act: body.act,
      selection: await toSelection(context, body.people),
      teamId,
      reason: body.reason ?? null,
      overrideUntil: body.overrideUntil ?? null,
    }
    const command = { organizationId: context.organization.id, act }
    return acceptRun(await queuePeopleAct(context.parts.database, context.call, command))
  },

  listPeopleActItems: (context, { params, query }) => {
    const { database } = context.parts
    const name = nameAct(context, params.run)
    return answerList(context, {
      route: `listPeopleActItems ${name.runId}`,
      query,
      read: (page) => listActItems(database, name, { outcome: query.outcome, ...page }),
      count: () => countItems(database, name, query.outcome),
      view: ({ userId, name: called, outcome, code, detail }) => ({
        userId: formatTypeId('usr', userId),
        name: called,
        outcome,
        code,
        detail,
      }),
    })
  },

  undoPeopleAct: async (context, { params }) => {
    const { database } = context.parts
    const name = nameAct(context, params.run)
    requireMore(context, await getActName(database, name))
    return acceptRun(await queuePeopleUndo(database, context.call, name))
  },
}

/** What takes another permission with one person takes it with many too. */
function requireMore({ principal }: CallContext, act: PeopleActName | undefined): void {
  if (act === 'addToTeam') requireScope(principal, 'teams:manage')
  if (act === 'resendInvitation') requireScope(principal, 'people:invite')
}

function nameAct({ organization }: CallContext, run: string) {
  return { organizationId: organization.id, runId: toUuid('run', run) }
}

/** Nobody gives by a team what he may not give. */
async function refuseTeam({ parts, call, organization }: CallContext, teamId: string): Promise<void> {
  await refuseTeamBeyond(parts.database, call, { organizationId: organization.id, id: teamId })
}

async function toSelection(
  context: CallContext,
  people: RouteInput<'actOnPeople'>['body']['people'],
): Promise<Selection> {
  if ('ids' in people) return { kind: 'named', ids: people.ids.map((id) => toUuid('usr', id)) }
  // A filter that cannot be read is refused now, not when the run meets it.
  const { states, search, connectionId, teamId } = await toListPeople(context, people.matching)
  return {
    kind: 'matching',
    states,
    search: search ?? null,
    connectionId: connectionId ?? null,
    teamId: teamId ?? null,
    filter: people.matching.filter ?? null,
    except: people.except.map((id) => toUuid('usr', id)),
  }
}
