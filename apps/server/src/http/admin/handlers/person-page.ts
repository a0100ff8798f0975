import type { RouteAnswer } from '@rollcall/admin-api'
import { permissionsOf } from '../../../access/rights.ts'
import { getPerson } from '../../../directory/people.ts'
import { readPersonPage, type PersonPage } from '../../../insight/person-page.ts'
import { formatTypeId } from '../../../type-id.ts'
import type { Handlers } from '../call-context.ts'
import { toUuid } from '../to-uuid.ts'

type View = RouteAnswer<'getPersonPage'>

export const personPageHandlers: Handlers<'getPersonPage'> = {
  getPersonPage: async ({ parts, organization, call, principal }, { params }) => {
    const person = await getPerson(parts.database, organization.id, toUuid('usr', params.person))
    const page = await readPersonPage(parts.database, organization.id, { userId: person.id, now: call.now })
    const permissions = permissionsOf(principal)
    const mayReadKeys = permissions.has('keys:read')
    return {
      body: {
        accounts: permissions.has('apps:read') ? page.accounts.map(viewAccount) : null,
        teams: permissions.has('teams:read') ? page.teams.map(viewTeam) : null,
        signIn: permissions.has('sign-in:read') ? viewSignIn(page) : null,
        keys: mayReadKeys ? page.keys : null,
        notices: mayReadKeys ? page.notices.map(viewNotice) : null,
      },
    }
  },
}

function viewAccount(account: PersonPage['accounts'][number]): NonNullable<View['accounts']>[number] {
  const { appId, name, appState, state, targetKey, failureCode: code, failureAttribute: attribute } = account
  return {
    app: { id: formatTypeId('app', appId), name, state: appState },
    state,
    targetKey,
    appliedAt: toInstant(account.appliedAt),
    failure: code === null ? null : { code, attribute, detail: account.failureDetail, at: toInstant(account.failedAt) },
  }
}

function viewTeam(team: PersonPage['teams'][number]): NonNullable<View['teams']>[number] {
  const { id, name, handle, via, sourceId, sourceName } = team
  const source =
    sourceId === null || (via !== 'group' && via !== 'connection')
      ? null
      : { id: formatTypeId(via === 'group' ? 'grp' : 'con', sourceId), name: sourceName }
  return {
    team: { id: formatTypeId('team', id), name, handle },
    since: new Date(team.since).toISOString(),
    until: toInstant(team.until),
    via,
    source,
  }
}

function viewSignIn(page: PersonPage): NonNullable<View['signIn']> {
  const { providers, hasPassword, passkeys, hasTotp, recoveryCodes, sessions, lastSignInAt } = page
  return {
    providers: providers.map(viewProvider),
    hasPassword,
    passkeys,
    hasTotp,
    recoveryCodesLeft: recoveryCodes,
    sessions,
    lastSignInAt: toInstant(lastSignInAt),
  }
}

/** An identity provider that somebody is linked with. */
export function viewProvider({ id, name, type, subject, linkedAt, lastAt }: PersonPage['providers'][number]) {
  return {
    provider: { id: formatTypeId('idp', id), name, type },
    subject,
    linkedAt: new Date(linkedAt).toISOString(),
    lastAt: new Date(lastAt).toISOString(),
  }
}

function viewNotice({ id, kind, createdAt, details }: PersonPage['notices'][number]) {
  return { id: formatTypeId('note', id), kind, createdAt: new Date(createdAt).toISOString(), details }
}

function toInstant(text: string | Date | null): string | null {
  return text === null ? null : new Date(text).toISOString()
}
