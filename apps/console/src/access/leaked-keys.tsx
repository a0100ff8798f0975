import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug, useRoute, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { LabelledTime } from '../ui/labelled-time.tsx'
import styles from './access.module.css'
import type { KeysOf } from './keys-table.tsx'

type Notice = EntryOf<'listNotices'>

const noticesMax = 20
const keysMax = 200

type LeakedKeysProps = {
  /** Only keys of this account or person; left out: all. */
  readonly of?: Exclude<KeysOf, 'own'>
}

/** Keys that somebody found where they must not be: what became of them, and what is left to do. Nothing when there are none. */
export function LeakedKeys({ of: whose }: LeakedKeysProps) {
  const { data } = useRoute('listNotices', { query: { kind: 'keyLeaked', open: 'true', limit: noticesMax } })
  const notices = data?.data ?? []
  const { data: keys } = useRoute(
    'listKeys',
    { query: { ...whose, revoked: 'true', limit: keysMax } },
    { enabled: whose !== undefined && notices.length > 0 },
  )
  const own = new Set(keys?.data.map(({ id }) => id))
  return notices
    .filter(({ keyId }) => whose === undefined || (keyId !== null && own.has(keyId)))
    .map((notice) => <LeakedKey key={notice.id} notice={notice} isLinked={whose === undefined} />)
}

function LeakedKey({ notice, isLinked }: { readonly notice: Notice; readonly isLinked: boolean }) {
  const { t } = useTranslation('access')
  const can = useCan()
  const { id, keyId, details } = notice
  const acknowledge = useChange('acknowledgeNotice', { stale: ['listNotices', 'getOverview'] })
  const revokedAt = textOf(details['revokedAt'])
  return (
    <div className={styles.leak} role="alert">
      <icons.warning size={18} />
      <div className={styles.leakWords}>
        <p>
          <strong>{t('leak.title', { key: textOf(details['key']) ?? textOf(details['hint']) ?? '' })}</strong>
        </p>
        <p>{t('leak.found', { source: textOf(details['source']) ?? '–' })}</p>
        <p>{t(revokedAt === undefined ? 'leak.open' : 'leak.revoked')}</p>
        <LabelledTime label={t('leak.reported')} at={notice.createdAt} />
        {acknowledge.error !== null && <ErrorBlock error={acknowledge.error} />}
      </div>
      <span className={styles.acts}>
        {isLinked && keyId !== null && <OwnerLink keyId={keyId} />}
        {can('keys:manage') && (
          <Button loading={acknowledge.isPending} onClick={() => acknowledge.mutate({ params: { notice: id } })}>
            {t('leak.done')}
          </Button>
        )}
      </span>
    </div>
  )
}

function OwnerLink({ keyId }: { readonly keyId: string }) {
  const { t } = useTranslation('access')
  const organization = useOrganizationSlug()
  const { data: key } = useRoute('getKey', { params: { key: keyId } })
  if (key === undefined) return null
  const { serviceAccountId: account, userId: user } = key
  if (account !== null)
    return (
      <Link to="/$organization/service-accounts/$account" params={{ organization, account }}>
        {t('leak.toOwner')}
      </Link>
    )
  if (user === null) return null
  return (
    <Link to="/$organization/users/$user" params={{ organization, user }} search={{ tab: 'keys' }}>
      {t('leak.toOwner')}
    </Link>
  )
}

function textOf(value: string | number | null | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
