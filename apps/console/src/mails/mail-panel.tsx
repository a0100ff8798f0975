import { Button } from '@mantine/core'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { isLanguage, languageNames } from '../i18n/language.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { SidePanel } from '../ui/side-panel.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './mails.module.css'
import { mailTones } from './states.ts'

type Mail = RouteAnswer<'getMail'>

/** One mail as it is read, with the link of its button to copy. */
export function MailPanel({ id, onClose }: { readonly id: string | undefined; onClose(): void }) {
  const { t } = useTranslation('mails')
  const {
    data: mail,
    error,
    refetch,
  } = useRoute('getMail', { params: { mail: id ?? '' } }, { enabled: id !== undefined })
  return (
    <SidePanel title={mail?.subject ?? t('title')} isOpen={id !== undefined} onClose={onClose}>
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {mail === undefined && error === null && <Skeletons />}
      {mail !== undefined && (
        <div className={styles.panel}>
          <Facts mail={mail} />
          {mail.link !== null && (
            <section className={styles.part}>
              <h3>{t('link')}</h3>
              <p className={styles.quiet}>{t('linkText')}</p>
              <CopyBox value={mail.link} label={t('copyLink')} />
            </section>
          )}
          <section className={styles.part}>
            <h3>{t('text')}</h3>
            {/* Long mails scroll, also by keyboard. */}
            <pre className={styles.text} tabIndex={0} aria-label={t('text')}>
              {mail.text}
            </pre>
          </section>
        </div>
      )}
    </SidePanel>
  )
}

function Facts({ mail }: { readonly mail: Mail }) {
  const { t } = useTranslation('mails')
  const { state, to, locale, attempts, createdAt, dueAt, sentAt, lastError } = mail
  return (
    <>
      <DefinitionList
        items={[
          { term: t('column.state'), value: <StateChip tone={mailTones[state]}>{t(`state.${state}`)}</StateChip> },
          { term: t('column.to'), value: <CopyBox value={to} /> },
          { term: t('language'), value: isLanguage(locale) ? languageNames[locale] : locale },
          { term: t('column.created'), value: <Time at={createdAt} isAbsolute /> },
          ...(sentAt === null ? [] : [{ term: t('column.sent'), value: <Time at={sentAt} isAbsolute /> }]),
          ...(state === 'waiting' && attempts > 0 ? [{ term: t('next'), value: <Time at={dueAt} /> }] : []),
          ...(attempts === 0 ? [] : [{ term: t('column.attempts'), value: String(attempts) }]),
          ...(lastError === null ? [] : [{ term: t('lastError'), value: lastError }]),
        ]}
      />
      <Retry mail={mail} />
    </>
  )
}

function Retry({ mail: { id, state } }: { readonly mail: Mail }) {
  const { t } = useTranslation('mails')
  const can = useCan()
  const retry = useChange('retryMail', { stale: ['listMails', 'getMail'] })
  if (state !== 'failed' || !can('mail:send')) return null
  const again = (): void =>
    retry.mutate({ params: { mail: id } }, { onSuccess: () => showToast({ tone: 'good', text: t('retried') }) })
  return (
    <>
      <Button loading={retry.isPending} leftSection={<icons.retry />} onClick={again}>
        {t('retry')}
      </Button>
      {retry.isError && <ErrorBlock error={retry.error} />}
    </>
  )
}
