import { formatTypeId } from '@rollcall/admin-api'
import { createId } from '../../src/type-id.ts'
import type { TestProvisioning, TestTenant } from '../harness/provisioning.ts'

/** A team with a member, and a group that teams may follow. */
export async function fillTeams(
  server: TestProvisioning,
  tenant: TestTenant,
): Promise<Readonly<Record<string, string>>> {
  const organizationId = tenant.organization.id
  const person = await tenant.scim('POST', '/Users', {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
    userName: 'in-a-team',
  })
  const { rows } = await server.database.query<{ id: string }>(
    { text: 'select id from users where organization_id = $1 and scim_id = $2' },
    [organizationId, person.body.id],
  )
  const user = rows[0]?.id ?? ''
  const [team, group] = [createId(), createId()]
  const values = [organizationId, team, group, createId(), server.clock(), user]
  await server.database.query(
    {
      text: `with made as (
          insert into teams (organization_id, id, scim_id, kind, handle, display, display_name_key, document, search, search_text,
            version, created_at, updated_at)
          values ($1, $2, null, 'team', 'theirs-too', 'Theirs', 'theirs', '{}', '{}', '', 1, $5, $5),
            ($1, $3, $4, 'group', null, 'Their group', 'their group', '{}', '{}', '', 1, $5, $5)
        ), belonging as (
          insert into organization_members (organization_id, user_id, is_direct, joined_at) values ($1, $6, true, $5)
        )
        insert into memberships (organization_id, team_id, member_id, member_kind, valid_from) values ($1, $2, $6, 'user', $5)`,
    },
    values,
  )
  return {
    team: formatTypeId('team', team),
    member: formatTypeId('usr', user),
    user: formatTypeId('usr', user),
    externalGroup: formatTypeId('grp', group),
  }
}
