import type { RouteAnswer } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useOrganizationSlug } from '../api/queries.ts'
import { DiffTable } from '../ui/diff-table.tsx'
import styles from './requests.module.css'

type Change = RouteAnswer<'getRequest'>['diff'][number]

/** What became of whom. */
export function RequestChanges({ changes, none }: { readonly changes: readonly Change[]; readonly none: string }) {
  if (changes.length === 0) return <p className={styles.nothing}>{none}</p>
  return (
    <ol className={styles.changes}>
      {changes.map((change) => (
        <li key={change.position}>
          <p className={styles.changeHead}>
            <code>{change.action}</code>
            <Subject subject={change.subject} />
          </p>
          {change.changes.length > 0 && <DiffTable label={change.action} rows={change.changes} />}
        </li>
      ))}
    </ol>
  )
}

function Subject({ subject: { kind, id, name } }: { readonly subject: Change['subject'] }) {
  const organization = useOrganizationSlug()
  const words = name ?? id ?? kind
  if (kind !== 'user' || id === null) return <span>{words}</span>
  return (
    <Link to="/$organization/users/$user" params={{ organization, user: id }}>
      {words}
    </Link>
  )
}
