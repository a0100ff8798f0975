import { Button, Switch } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { KeysTable } from '../access/keys-table.tsx'
import { LeakedKeys } from '../access/leaked-keys.tsx'
import { useCan } from '../api/session.ts'
import { EndAllDialog } from '../sessions/end-dialogs.tsx'
import { SessionsTable } from '../sessions/sessions-table.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { download } from '../ui/csv.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import { nameOf } from './name-of.ts'
import type { UserTab } from './tabs.ts'
import styles from './users.module.css'

type Person = RouteAnswer<'getPerson'>
type PersonProps = { readonly person: Person }

const route = getRouteApi('/$organization/users/$user')

/** Whether a tab has something for whoever looks: sessions and keys want a right of their own. */
export function useShownTabs(): (tab: UserTab) => boolean {
  const can = useCan()
  return (tab) => (tab === 'sessions' ? can('sign-in:read') : tab === 'keys' ? can('keys:read') : true)
}

/** Where somebody is signed in, and the way to end it. */
export function UserSessions({ person }: PersonProps) {
  const { t } = useTranslation(['users', 'sessions'])
  const can = useCan()
  const { ended = false } = route.useSearch()
  const navigate = route.useNavigate()
  const [isEnding, setEnding] = useState(false)
  if (!can('sign-in:read')) return <EmptyState icon="lock" title={t('places.hidden')} />
  return (
    <>
      <div className={styles.tools}>
        <Switch
          checked={ended}
          label={t('sessions:withEnded')}
          onChange={(event) => {
            const isOn = event.currentTarget.checked
            void navigate({ search: (before) => ({ ...before, ended: isOn }), replace: true })
          }}
        />
        {can('sign-in:manage') && (
          <Button data-danger onClick={() => setEnding(true)}>
            {t('sessions:endAll.action')}
          </Button>
        )}
      </div>
      <SessionsTable person={person.id} withEnded={ended} />
      {isEnding && <EndAllDialog person={{ id: person.id, name: nameOf(person) }} onClose={() => setEnding(false)} />}
    </>
  )
}

/** Keys that belong to somebody: they die when he leaves, so an administrator wants to know of them before. */
export function UserKeys({ person }: PersonProps) {
  const { t } = useTranslation(['users', 'access'])
  const can = useCan()
  const { revoked = false } = route.useSearch()
  const navigate = route.useNavigate()
  if (!can('keys:read')) return <EmptyState icon="lock" title={t('places.hidden')} />
  return (
    <>
      <LeakedKeys of={{ user: person.id }} />
      <Switch
        checked={revoked}
        label={t('access:key.revokedToo')}
        onChange={(event) => {
          const isOn = event.currentTarget.checked
          void navigate({ search: (before) => ({ ...before, revoked: isOn }), replace: true })
        }}
      />
      <KeysTable
        of={{ user: person.id }}
        isRevokedToo={revoked}
        empty={
          <EmptyState icon="key" title={t('keys.none')}>
            {t('keys.noneText')}
          </EmptyState>
        }
      />
    </>
  )
}

/** The resource as SCIM has it, word for word. */
export function UserRaw({ person }: PersonProps) {
  const { t } = useTranslation('users')
  const { attributes, scimId } = person
  if (attributes === null) return <EmptyState icon="code" title={t('raw.none')} />
  const text = JSON.stringify({ id: scimId, ...attributes }, null, 2)
  return (
    <Section
      title={t('userTab.raw')}
      actions={
        <>
          <CopyButton text={text} />
          <Button
            leftSection={<icons.download />}
            onClick={() => download(`${scimId ?? person.id}.json`, `${text}\n`, 'application/scim+json')}
          >
            {t('raw.save')}
          </Button>
        </>
      }
    >
      <p className={styles.note}>{t('raw.text')}</p>
      <pre className={styles.raw} tabIndex={0} aria-label={t('userTab.raw')}>
        {text}
      </pre>
    </Section>
  )
}
