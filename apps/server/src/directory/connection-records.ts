import { isLastOwner } from '../access/last-owner.ts'
import type { PeopleFate, RunAction, TeamsFate } from '../db/queries/connection-runs.ts'
import type { RunSubject } from '../db/queries/connection-run-subjects.ts'
import { releaseUserRow } from '../db/queries/releases.ts'
import { selectStandingById } from '../db/queries/users.ts'
import { attempt } from '../db/transaction.ts'
import { asOwner, removeAccount, suspendAccount, type ApprovedContext } from './approved-acts.ts'
import { applyToTeam } from './connection-teams.ts'
import type { DirectoryParts } from './directory-context.ts'
import { toLocalLogin } from './logins.ts'
import { managerOf } from './ownership.ts'
import { parseStored } from './records.ts'

/** What was done to one of them: undefined is done, else why it was skipped. */
type Skipped = string | undefined

export type Fates = { readonly action: RunAction; readonly people: PeopleFate; readonly teams: TeamsFate }

/** Does to a person or a team what the run decided for all; the context is that of the connection. */
export function applyFate(
  parts: DirectoryParts,
  context: ApprovedContext,
  fates: Fates,
  subject: RunSubject,
): Promise<Skipped> {
  const via = `connection.${fates.action}`
  return subject.kind === 'user'
    ? keepingLastOwner(context, () =>
        applyToUser(parts, context, { fate: fates.people, action: fates.action, id: subject.subjectId, via }),
      )
    : applyToTeam(parts, context, { fate: fates.teams, id: subject.subjectId, via })
}

/** The last owner stays, and the run goes on without him. */
async function keepingLastOwner(context: ApprovedContext, work: () => Promise<Skipped>): Promise<Skipped> {
  try {
    return await attempt(context.tx, work)
  } catch (error) {
    if (isLastOwner(error)) return 'The last owner of the organization stays'
    throw error
  }
}

async function applyToUser(
  parts: DirectoryParts,
  context: ApprovedContext,
  act: { readonly fate: PeopleFate; readonly action: RunAction; readonly id: string; readonly via: string },
): Promise<Skipped> {
  const { fate, id, via } = act
  const standing = await selectStandingById(context.tx, context.organizationId, id)
  if (standing === undefined || standing.scim_id === null) return 'The account is deprovisioned'
  // Whom the identity provider has taken up since the run began is not touched any more.
  const owner = standing.connection_id
  const isUnowned = managerOf(owner) === null
  if (act.action === 'enable' ? !isUnowned : owner !== context.connectionId)
    return 'Another connection owns the account now'
  const owning = asOwner(context, owner)
  const { loginKey } = toLocalLogin(parseStored(standing))
  switch (fate) {
    case 'deprovision':
      await removeAccount(parts, owning, { id, via })
      return undefined
    case 'suspend':
      await suspendAccount(parts, owning, { id, via })
      break
    case 'reset':
      await suspendAccount(parts, owning, { id, via })
      await releaseUserRow(context.tx, context, { id, scimId: parts.newId(), loginKey, via })
      return undefined
    case 'keep':
      break
    case 'none':
      return 'Nothing was to be done'
    default:
      return fate satisfies never
  }
  if (!isUnowned) await releaseUserRow(context.tx, context, { id, scimId: undefined, loginKey, via })
  return undefined
}
