import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useChange, useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { CopyBox } from '../ui/copy.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './instance.module.css'

const newKeyCommand = 'rollcall keys rotate --generate'

/** Which keys seal secrets, since when, and how a new one comes. */
export function EncryptionKeys() {
  const { t } = useTranslation('instance')
  const formats = useFormats()
  const { data, error, refetch } = useRoute('getEncryptionKeys')
  if (error !== null) return <ErrorBlock error={error} onRetry={() => void refetch()} />
  if (data === undefined) return <Skeletons rows={2} />
  const stale = data.keys.reduce((sum, { isCurrent, secrets }) => (isCurrent ? sum : sum + secrets), 0)
  return (
    <div className={styles.stack}>
      <div className={styles.scroll} role="region" aria-label={t('keys.title')} tabIndex={0}>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t('keys.id')}</th>
              <th scope="col">{t('column.state')}</th>
              <th scope="col">{t('keys.since')}</th>
              <th scope="col">{t('keys.secrets')}</th>
            </tr>
          </thead>
          <tbody>
            {data.keys.map(({ id, isCurrent, secrets, since }) => (
              <tr key={id}>
                <td>
                  <code>{id}</code>
                </td>
                <td>
                  <StateChip tone={isCurrent ? 'good' : 'quiet'}>
                    {isCurrent ? t('keys.current') : t('keys.old')}
                  </StateChip>
                </td>
                <td>
                  <Time at={since} />
                </td>
                <td>{formats.number(secrets)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {data.unknown > 0 && <p>{t('keys.unknown', { count: data.unknown })}</p>}
      <div>
        <p className={styles.lead}>{data.source === 'file' ? t('keys.inFile') : t('keys.inEnvironment')}</p>
        {data.source === 'file' && <CopyBox value={newKeyCommand} />}
      </div>
      {data.keys.length > 1 && <Reseal stale={stale} />}
    </div>
  )
}

function Reseal({ stale }: { readonly stale: number }) {
  const { t } = useTranslation('instance')
  const reseal = useChange('resealSecrets', { stale: ['getEncryptionKeys', 'getInstanceHealth'] })
  const seal = (): void =>
    reseal.mutate({}, { onSuccess: ({ count }) => showToast({ tone: 'good', text: t('keys.resealed', { count }) }) })
  return (
    <div>
      <p className={styles.lead}>{stale > 0 ? t('keys.stale', { count: stale }) : t('keys.drop')}</p>
      {reseal.isError && <ErrorBlock error={reseal.error} />}
      <Button loading={reseal.isPending} leftSection={<icons.key />} onClick={seal}>
        {t('keys.reseal')}
      </Button>
    </div>
  )
}
