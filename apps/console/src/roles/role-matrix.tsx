import { Link } from '@tanstack/react-router'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { useOrganizationSlug, useRoute } from '../api/queries.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { areas, useRoleWords, type Area, type Role } from './role-words.ts'
import styles from './roles.module.css'

const rolesMax = 200

/** Every permission against every role, so that nobody has to open one after the other. */
export function RoleMatrix() {
  const { t } = useTranslation('roles')
  const organization = useOrganizationSlug()
  const words = useRoleWords()
  const { data, error, refetch } = useRoute('listRoles', { query: { limit: rolesMax } })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={12} />
  const roles = data.data
  return (
    // What is wider than the page is reached with the arrow keys too.
    <div className={styles.scroller} tabIndex={0} role="region" aria-label={t('tab.matrix')}>
      <table className={styles.matrix}>
        <thead>
          <tr>
            <th scope="col">{t('column.permission')}</th>
            {roles.map((role) => (
              <th scope="col" key={role.id}>
                <Link to="/$organization/roles/$role" params={{ organization, role: role.id }}>
                  {words.name(role)}
                </Link>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {areas.map((area) => (
            <AreaRows key={area.name} area={area} roles={roles} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function AreaRows({ area, roles }: { readonly area: Area; readonly roles: readonly Role[] }) {
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  return (
    <Fragment>
      <tr>
        <th scope="rowgroup" className={styles.area} colSpan={roles.length + 1}>
          <span>{words.area(area.name)}</span>
        </th>
      </tr>
      {area.permissions.map((permission) => (
        <tr key={permission}>
          <th scope="row" title={permission}>
            {words.permission(permission)}
          </th>
          {roles.map(({ id, permissions }) => (
            <td key={id}>
              {permissions.includes(permission) ? (
                <span role="img" aria-label={t('allowed')} className={styles.yes}>
                  <icons.check size={16} />
                </span>
              ) : (
                <span role="img" aria-label={t('notAllowed')} className={styles.no}>
                  –
                </span>
              )}
            </td>
          ))}
        </tr>
      ))}
    </Fragment>
  )
}
