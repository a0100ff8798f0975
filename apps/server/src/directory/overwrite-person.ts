import {
  applyPatch,
  createTolerance,
  messageUrns,
  parsePatch,
  profiles,
  scimError,
  type JsonObject,
} from '@rollcall/scim'
import { queryableOf, type DirectoryContext, type DirectoryParts } from './directory-context.ts'
import { getPerson } from './people.ts'
import { parseStored } from './records.ts'
import { getResourceType } from './resource-values.ts'
import { changeUserWithRoles } from './user-roles.ts'

const attemptsMax = 5

/**
 * Overwrites attributes of a person with what his identity provider says at his sign-in, whoever else manages them: it is
 * the same identity provider that speaks. What is the same already changes nothing.
 */
export async function overwritePerson(
  parts: DirectoryParts,
  context: DirectoryContext,
  command: { readonly id: string; readonly attributes: JsonObject },
): Promise<void> {
  if (Object.keys(command.attributes).length === 0) return
  const type = getResourceType(context.registry, 'User')
  const tolerance = createTolerance(profiles.strict)
  const Operations = Object.entries(command.attributes).map(([path, value]) => ({ op: 'replace', path, value }))
  const operations = parsePatch({ schemas: [messageUrns.patchOp], Operations }, { tolerance })
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const person = await getPerson(queryableOf(parts, context), context.organizationId, command.id)
    if (person.scim_id === null) return
    const { resource, changes, writeOnly } = applyPatch(parseStored(person), operations, type, {
      tolerance,
      members: 'steps',
    })
    if (changes.length === 0) return
    const outcome = await changeUserWithRoles(parts, context, type, {
      scimId: person.scim_id,
      update: {
        ifVersion: String(person.version),
        attributes: resource,
        changes,
        writeOnly,
        members: [],
        fields: { groups: false, members: false },
        verb: 'PATCH',
      },
    })
    if (outcome.kind !== 'stale') return
  }
  throw scimError('conflict', 'The person is being changed by others all the time; try again')
}
