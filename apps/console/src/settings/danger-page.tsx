import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { serverUrl } from '../api/place.ts'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan, useSession } from '../api/session.ts'
import { useFormats } from '../i18n/format.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Section } from '../ui/page.tsx'
import { showToast } from '../ui/toast.ts'
import { SettingsFrame } from './settings-frame.tsx'
import styles from './settings.module.css'

/** What mends the whole organization, and what ends it. */
export function DangerPage() {
  const { t } = useTranslation('settings')
  const can = useCan()
  const isEmpty = !can('settings:manage') && !can('owners:manage')
  return (
    <SettingsFrame tab="danger">
      {can('settings:manage') && <Recount />}
      {can('owners:manage') && <DeleteOrganization />}
      {isEmpty && (
        <EmptyState icon="lock" title={t('danger.nothing')}>
          {t('danger.nothingText')}
        </EmptyState>
      )}
    </SettingsFrame>
  )
}

function Recount() {
  const { t } = useTranslation('settings')
  const recount = useChange('recountOrganization', { stale: ['listRuns', 'getOverview'] })
  const start = (): void =>
    recount.mutate(
      {},
      {
        onSuccess: () => showToast({ tone: 'good', text: t('danger.recounting') }),
        onError: ({ message }) => showToast({ tone: 'bad', text: message }),
      },
    )
  return (
    <Section title={t('danger.recount')}>
      <div className={styles.danger}>
        <p>{t('danger.recountText')}</p>
        <Button loading={recount.isPending} onClick={start}>
          {t('danger.recountAct')}
        </Button>
      </div>
    </Section>
  )
}

function DeleteOrganization() {
  const { t } = useTranslation('settings')
  const formats = useFormats()
  const { organization } = useSession()
  const [isAsking, setAsking] = useState(false)
  const remove = useChange('deleteOrganization', { stale: [] })
  const { data: overview } = useRoute('getOverview', {}, { enabled: isAsking })
  const { people, teams, apps, sources } = overview ?? {}
  const end = (): void =>
    remove.mutate(
      { query: { confirm: organization.slug } },
      // The session is over with the organization; the page to sign in knows no other.
      { onSuccess: () => location.assign(`${serverUrl}/sign-in?other`) },
    )
  const count = (people?.active ?? 0) + (people?.pending ?? 0) + (people?.suspended ?? 0)
  return (
    <Section title={t('danger.delete')}>
      <div className={styles.danger}>
        <p>{t('danger.deleteText')}</p>
        <Button data-danger onClick={() => setAsking(true)}>
          {t('danger.deleteAct')}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('danger.deleteTitle', { name: organization.name })}
        action={t('danger.deleteAct')}
        tier="typed"
        name={organization.slug}
        isPending={remove.isPending || remove.isSuccess}
        error={remove.error}
        onConfirm={end}
      >
        <p>{t('danger.deleteSure')}</p>
        {overview !== undefined && (
          <ul className={styles.list}>
            <li>{t('danger.people', { count, number: formats.number(count) })}</li>
            <li>{t('danger.teams', { count: teams ?? 0, number: formats.number(teams ?? 0) })}</li>
            <li>{t('danger.apps', { count: apps?.length ?? 0 })}</li>
            <li>{t('danger.sources', { count: sources?.length ?? 0 })}</li>
          </ul>
        )}
        <p>{t('danger.appsKeep')}</p>
      </ConfirmDialog>
    </Section>
  )
}
