import { Select, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { periods, type Since } from './since.ts'
import styles from './webhooks.module.css'

/** From when on: a while ago, or a day and time of one's own. */
export function SinceField({ since, onChange }: { readonly since: Since; onChange(since: Since): void }) {
  const { t } = useTranslation('webhooks')
  return (
    <div className={styles.since}>
      <Select
        data-autofocus
        label={t('since.label')}
        allowDeselect={false}
        data={periods.map((value) => ({ value, label: t(`since.${value}`) }))}
        value={since.period}
        onChange={(value) => onChange({ ...since, period: value ?? since.period })}
      />
      {since.period === 'custom' && (
        <TextInput
          type="datetime-local"
          label={t('since.time')}
          value={since.local}
          onChange={(event) => onChange({ ...since, local: event.currentTarget.value, instant: undefined })}
        />
      )}
    </div>
  )
}
