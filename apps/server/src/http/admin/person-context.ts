import { rolesToGive } from '../../access/policies/roles.ts'
import { permissionsOf } from '../../access/rights.ts'
import type { Person } from '../../directory/people.ts'
import type { DirectoryContext } from '../../directory/directory-context.ts'
import { getPerson } from '../../directory/people.ts'
import type { CallContext } from './call-context.ts'
import { toDirectoryContext } from './directory-context.ts'
import { toUuid } from './to-uuid.ts'
import type { Viewer } from './views/people.ts'

/** The person of the path, and the directory on behalf of whoever acts on it. */
export async function openPerson(
  context: CallContext,
  reference: string,
  reason?: string,
): Promise<{ readonly person: Person; readonly directory: DirectoryContext }> {
  const person = await getPerson(context.parts.database, context.organization.id, toUuid('usr', reference))
  return { person, directory: await actAs(context, person.connection_id, reason) }
}

/** An administrator's own act: the guard neither holds nor counts it, and history knows how it came and why. */
export async function actAs(
  context: CallContext,
  connectionId: string | null,
  reason?: string,
): Promise<DirectoryContext> {
  const directory = await toDirectoryContext(context, connectionId)
  // Whoever may change people may not give them roles by that.
  const givesRoles = rolesToGive(permissionsOf(context.principal))
  return { ...directory, isApproved: true, givesRoles, act: { via: 'admin', reason } }
}

/** Whoever manages people sees what is hidden of suspended ones from others. */
export function toViewer({ principal }: CallContext): Viewer {
  return { seesAll: permissionsOf(principal).has('people:manage') }
}
