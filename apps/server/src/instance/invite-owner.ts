import { ownerRole } from '../access/built-in-roles.ts'
import { AccessError } from '../access/access-error.ts'
import type { Call } from '../access/call.ts'
import { toInvitationSettings } from '../access/invitation-settings.ts'
import { parseMailAddress } from '../access/mail-address.ts'
import { getOrganization } from '../access/organizations.ts'
import { addRole } from '../access/role-assignments.ts'
import type { Database } from '../db/pool.ts'
import { transaction } from '../db/transaction.ts'
import { listInvitations, shareInvitation, type Invitation } from '../directory/invitations.ts'
import { createIdSource } from '../directory/new-id.ts'
import { localOwner } from '../directory/ownership.ts'
import { createPerson } from '../directory/people.ts'
import { toOwnContext } from '../sign-in/own-context.ts'

/**
 * Makes a person, who owns the organization once the invitation is accepted: an organization that an operator has just made
 * has nobody, and one that lost its owners needs another. Throws `invitationsOff`, `userNameTaken`.
 */
export async function inviteOwner(
  database: Database,
  call: Call,
  command: { readonly organizationId: string; readonly email: string },
): Promise<{ readonly userId: string; readonly invitation: Invitation }> {
  const { organizationId } = command
  const email = parseMailAddress(command.email, 'email')
  const { settings } = await getOrganization(database, organizationId)
  if (!toInvitationSettings(settings).enabled)
    throw new AccessError('invitationsOff', 'The organization invites nobody: its setting invitations.enabled is false')
  const userId = await transaction(database, async (tx) => {
    const { actor, requestId = '', now } = call
    const act = { organizationId, connectionId: localOwner, actor, requestId, now, via: 'operator' }
    const context = { ...(await toOwnContext(tx, act)), invites: true, tx }
    const attributes = { userName: email, emails: [{ value: email, type: 'work', primary: true }] }
    const id = await createPerson({ database, newId: createIdSource() }, context, { attributes, isBuiltIn: false })
    const role = { role: ownerRole.id, teamId: undefined, reason: undefined }
    // Whoever runs the server needs no role in the organization to give its first one.
    await addRole(tx, { ...call, rights: 'all' }, { ...role, organizationId, subject: { kind: 'user', id } })
    return id
  })
  const { data } = await listInvitations(database, organizationId, {
    userId,
    state: undefined,
    now: call.now,
    limit: 1,
  })
  const [made] = data
  if (made === undefined) throw new Error('Whoever is pending has an invitation')
  return { userId, invitation: await shareInvitation(database, call, { organizationId, id: made.id }) }
}
