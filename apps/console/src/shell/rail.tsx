import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { groupNames, isPermitted, navigation } from './navigation.ts'
import styles from './rail.module.css'

/** Where one can go: only what whoever is signed in may see. */
export function Rail() {
  const { t } = useTranslation()
  const { permissions, organization } = useSession()
  // Whoever may do nothing has the own page, and no list that would be empty.
  const permitted = permissions.size === 0 ? [] : navigation.filter((entry) => isPermitted(entry, permissions))
  return (
    <nav aria-label={t('shell.navigation')}>
      {groupNames.map((group) => {
        const entries = permitted.filter((entry) => entry.group === group)
        if (entries.length === 0) return null
        return (
          <div key={group} className={styles.group}>
            {group !== 'home' && <p className={styles.name}>{t(`group.${group}`)}</p>}
            <ul className={styles.list}>
              {entries.map(({ name, to, icon, badge: Badge }) => {
                const Shape = icons[icon]
                return (
                  <li key={name}>
                    <Link
                      to={to}
                      params={{ organization: organization.slug }}
                      className={styles.entry}
                      activeProps={{ 'aria-current': 'page' }}
                    >
                      <Shape size={17} />
                      <span className={styles.word}>{t(`nav.${name}`)}</span>
                      {Badge !== undefined && <Badge />}
                    </Link>
                  </li>
                )
              })}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}
