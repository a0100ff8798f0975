import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { AssignDialog } from '../roles/assign-dialog.tsx'
import { useRoleWords } from '../roles/role-words.ts'
import { TakeDialog, type Assignment } from '../roles/take-dialog.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Section } from '../ui/page.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import styles from './users.module.css'

const rolesMax = 200

/** What somebody may do here, and who said so. Nothing for whoever may not read roles. */
export function UserRoles({ person }: { readonly person: string }) {
  const can = useCan()
  return can('roles:read') ? <Roles person={person} /> : null
}

function Roles({ person }: { readonly person: string }) {
  const { t } = useTranslation(['users', 'roles'])
  const can = useCan()
  const { data, error, refetch } = useRoute('listRoleAssignments', { query: { user: person, limit: rolesMax } })
  const [isAssigning, setAssigning] = useState(false)
  const [taking, take] = useState<Assignment>()
  return (
    <Section
      title={t('roles:title')}
      actions={can('roles:manage') && <Button onClick={() => setAssigning(true)}>{t('roles:assign.action')}</Button>}
    >
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeletons rows={2} />}
      {data?.data.length === 0 && <p className={styles.note}>{t('users:roles.none')}</p>}
      <ul className={styles.held}>
        {data?.data.map((assignment) => (
          <Held
            key={[assignment.role.id, assignment.source, assignment.team].join(' ')}
            assignment={assignment}
            onTake={take}
          />
        ))}
      </ul>
      {isAssigning && <AssignDialog person={person} onClose={() => setAssigning(false)} />}
      {taking !== undefined && <TakeDialog assignment={taking} onClose={() => take(undefined)} />}
    </Section>
  )
}

type HeldProps = { readonly assignment: Assignment; onTake(assignment: Assignment): void }

function Held({ assignment, onTake }: HeldProps) {
  const { t } = useTranslation(['users', 'roles'])
  const organization = useOrganizationSlug()
  const can = useCan()
  const words = useRoleWords()
  const { role, source, team, subject } = assignment
  const name = words.name(role)
  return (
    <li className={styles.heldRole}>
      <Link to="/$organization/roles/$role" params={{ organization, role: role.id }}>
        {name}
      </Link>
      <span className={styles.note}>{t(`roles:source.${source}`)}</span>
      {team !== null && (
        <Link to="/$organization/teams/$team" params={{ organization, team }}>
          {t('roles:oneTeam')}
        </Link>
      )}
      {source === 'local' && can('roles:manage') && (
        <Button
          size="compact-xs"
          data-danger
          className={styles.last}
          aria-label={t('roles:take.one', { role: name, name: subject.name ?? subject.id })}
          onClick={() => onTake(assignment)}
        >
          {t('roles:take.action')}
        </Button>
      )}
    </li>
  )
}
