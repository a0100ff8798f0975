import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, type EntryOf } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { ConfirmDialog } from '../ui/confirm-dialog.tsx'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './settings.module.css'

type Domain = EntryOf<'listDomains'>

const stale = ['listDomains', 'getDomain'] as const

/** One domain: what must stand in DNS, and what the last look there found. */
export function DomainCard({ domain }: { readonly domain: Domain }) {
  const { t } = useTranslation('settings')
  const can = useCan()
  const verify = useChange('verifyDomain', { stale })
  const { id, domain: name, state, record, checkedAt, verifiedAt, lastError } = domain
  const isVerified = state === 'verified'
  const check = (): void =>
    verify.mutate(
      { params: { domain: id } },
      {
        onSuccess: (answer) => {
          if (answer.state === 'verified') showToast({ tone: 'good', text: t('domains.verifiedNow', { name }) })
        },
      },
    )
  return (
    <section className={styles.domain} aria-label={name}>
      <div className={styles.domainHead}>
        <h2 className={styles.domainName}>{name}</h2>
        <StateChip tone={isVerified ? 'good' : lastError === null ? 'info' : 'warn'}>
          {t(`domains.state.${state}`)}
        </StateChip>
        {can('settings:manage') && (
          <span className={styles.acts}>
            <Button loading={verify.isPending} leftSection={<icons.retry />} onClick={check}>
              {isVerified ? t('domains.again') : t('domains.verify')}
            </Button>
            <GiveUp domain={domain} />
          </span>
        )}
      </div>
      {!isVerified && <p className={styles.quiet}>{t('domains.recordText')}</p>}
      <DefinitionList
        items={[
          { term: t('domains.recordName'), value: <CopyBox value={record.name} /> },
          { term: t('domains.recordValue', { type: record.type }), value: <CopyBox value={record.value} /> },
          { term: t('domains.checked'), value: <Time at={checkedAt} /> },
          ...(verifiedAt === null ? [] : [{ term: t('domains.verifiedAt'), value: <Time at={verifiedAt} /> }]),
          ...(lastError === null ? [] : [{ term: t('domains.found'), value: lastError }]),
        ]}
      />
      {verify.isError && <ErrorBlock error={verify.error} />}
    </section>
  )
}

function GiveUp({ domain: { id, domain: name } }: { readonly domain: Domain }) {
  const { t } = useTranslation('settings')
  const [isAsking, setAsking] = useState(false)
  const remove = useChange('deleteDomain', { stale: ['listDomains'] })
  return (
    <>
      <Button data-danger aria-label={t('domains.removeOf', { name })} onClick={() => setAsking(true)}>
        {t('domains.remove')}
      </Button>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={t('domains.removeTitle', { name })}
        action={t('domains.remove')}
        tier="affects"
        isPending={remove.isPending}
        error={remove.error}
        onConfirm={() =>
          remove.mutate(
            { params: { domain: id } },
            { onSuccess: () => showToast({ tone: 'good', text: t('domains.removed', { name }) }) },
          )
        }
      >
        {t('domains.removeText')}
      </ConfirmDialog>
    </>
  )
}
