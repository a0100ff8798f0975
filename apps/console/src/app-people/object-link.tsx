import { Link } from '@tanstack/react-router'
import { useOrganizationSlug } from '../api/queries.ts'

/** The name of a person or a team, leading to its page. */
export function ObjectLink({ kind, id, name }: { readonly kind: string; readonly id: string; readonly name: string }) {
  const organization = useOrganizationSlug()
  if (kind === 'user')
    return (
      <Link to="/$organization/users/$user" params={{ organization, user: id }} tabIndex={-1}>
        {name}
      </Link>
    )
  return (
    <Link to="/$organization/teams/$team" params={{ organization, team: id }} tabIndex={-1}>
      {name}
    </Link>
  )
}
