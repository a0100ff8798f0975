import type { RouteAnswer, RouteBody } from '@rollcall/admin-api'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { call } from '../api/call.ts'
import { useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { useSettled } from '../ui/use-settled.ts'
import { useRoleWords } from './role-words.ts'
import styles from './roles.module.css'

type Preview = RouteAnswer<'previewRoleMappings'>

const pauseMs = 300
const namedMax = 20

/** Who would gain and lose which roles, before anything is changed; whoever would be shut out comes first. */
export function MappingPreview({ change }: { readonly change: RouteBody<'previewRoleMappings'> }) {
  const { t } = useTranslation('roles')
  const organization = useOrganizationSlug()
  const asked = useSettled(JSON.stringify(change), pauseMs)
  const { data, error, refetch } = useQuery({
    queryKey: ['previewRoleMappings', organization, asked],
    // What was written is a body of this route.
    queryFn: () =>
      call('previewRoleMappings', {
        params: { organization },
        body: JSON.parse(asked) as RouteBody<'previewRoleMappings'>,
      }),
    placeholderData: keepPreviousData,
    gcTime: 0,
  })
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={3} />
  return (
    <section className={styles.preview} aria-label={t('preview.title')} aria-live="polite">
      <h3 className={styles.previewTitle}>{t('preview.title')}</h3>
      <Counts preview={data} />
      <People people={data.people} />
    </section>
  )
}

function Counts({ preview: { mode, counts } }: { readonly preview: Preview }) {
  const { t } = useTranslation('roles')
  const formats = useFormats()
  const { people, losingAllRoles, withoutSignIn, admins } = counts
  const numbered = (count: number) => ({ count, number: formats.number(count) })
  return (
    <ul className={styles.counts}>
      <li>{people === 0 ? t('preview.nobody') : t('preview.people', numbered(people))}</li>
      {losingAllRoles > 0 && <Danger>{t('preview.losing', numbered(losingAllRoles))}</Danger>}
      {withoutSignIn > 0 && <Danger>{t('preview.shutOut', numbered(withoutSignIn))}</Danger>}
      {mode === 'only' && admins === 0 ? (
        <Danger>{t('preview.noAdmin')}</Danger>
      ) : (
        <li>{t('preview.admins', numbered(admins))}</li>
      )}
    </ul>
  )
}

function Danger({ children }: { readonly children: string }) {
  return (
    <li className={styles.danger}>
      <icons.warning size={14} />
      {children}
    </li>
  )
}

function People({ people }: { readonly people: Preview['people'] }) {
  const { t } = useTranslation('roles')
  const words = useRoleWords()
  const formats = useFormats()
  if (people.length === 0) return null
  const namesOf = (roles: readonly { readonly name: string }[]): string => formats.list(roles.map(words.name))
  return (
    <>
      <ul className={styles.named}>
        {people.slice(0, namedMax).map(({ id, displayName, userName, gains, loses, withoutSignIn }) => (
          <li key={id}>
            <strong>{displayName ?? userName}</strong>
            {gains.length > 0 && <span className={styles.yes}>{t('preview.gains', { roles: namesOf(gains) })}</span>}
            {loses.length > 0 && <span className={styles.lost}>{t('preview.loses', { roles: namesOf(loses) })}</span>}
            {withoutSignIn && <span className={styles.lost}>{t('preview.cannotSignIn')}</span>}
          </li>
        ))}
      </ul>
      {people.length > namedMax && (
        <p className={styles.count}>
          {t('preview.more', { count: people.length - namedMax, number: formats.number(people.length - namedMax) })}
        </p>
      )}
    </>
  )
}
