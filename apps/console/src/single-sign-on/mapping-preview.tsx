import type { RouteBody } from '@rollcall/admin-api'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { useRoleWords } from '../roles/role-words.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import styles from './sso.module.css'

type Roles = RouteBody<'previewSignInMappings'>['roles']
const shownMax = 20

/** Who would gain and lose what at the next sign-in, those who would be locked out first. */
export function MappingPreview({ provider, roles }: { readonly provider: string; readonly roles: Roles }) {
  const { t } = useTranslation('singleSignOn')
  const organization = useOrganizationSlug()
  const formats = useFormats()
  const words = useRoleWords()
  const { mutate, data, error } = useChange('previewSignInMappings', { stale: [] })
  const asked = JSON.stringify(roles)
  useEffect(() => {
    // The same text, the same question.
    const body = { roles: JSON.parse(asked) as Roles }
    mutate({ params: { identityProvider: provider }, body })
  }, [asked, provider, mutate])
  if (error !== null) return <ErrorBlock error={error} />
  if (data === undefined) return <Skeletons rows={3} />
  const { counts, people } = data
  const number = formats.number
  const namesOf = (given: readonly { readonly name: string }[]): string => formats.list(given.map(words.name))
  return (
    <div className={styles.stack}>
      <p>{t('preview.people', { count: counts.people, number: number(counts.people) })}</p>
      {counts.losingAllRoles > 0 && (
        <p>
          <StateChip tone="bad">
            {t('preview.losing', { count: counts.losingAllRoles, number: number(counts.losingAllRoles) })}
          </StateChip>
        </p>
      )}
      {counts.unknown > 0 && (
        <p className={styles.quiet}>
          {t('preview.unknown', { count: counts.unknown, number: number(counts.unknown) })}
        </p>
      )}
      <ul className={styles.list}>
        {people.slice(0, shownMax).map(({ id, userName, displayName, gains, loses, losesAllRoles, withoutSignIn }) => (
          <li key={id} className={styles.row}>
            <Link to="/$organization/users/$user" params={{ organization, user: id }}>
              {displayName ?? userName}
            </Link>
            <span className={styles.grow}>
              {gains.length > 0 && t('preview.gains', { roles: namesOf(gains) })}{' '}
              {loses.length > 0 && t('preview.loses', { roles: namesOf(loses) })}
            </span>
            {(losesAllRoles || withoutSignIn) && <StateChip tone="bad">{t('preview.out')}</StateChip>}
          </li>
        ))}
      </ul>
    </div>
  )
}
