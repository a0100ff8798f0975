import { SegmentedControl } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import styles from './security-events.module.css'
import type { EventStream } from './states.tsx'

const methods = ['push', 'poll'] as const
type Method = EventStream['method']

type MethodChoiceProps = {
  readonly method: Method
  /** We are the receiver, and the words are those of the other side. */
  readonly isListening?: boolean
  onChange(method: Method): void
}

/** Who goes to whom for the tokens. */
export function MethodChoice({ method, isListening = false, onChange }: MethodChoiceProps) {
  const { t } = useTranslation('securityEvents')
  return (
    <div className={styles.choice} role="group" aria-label={t('column.method')}>
      <span>{t('column.method')}</span>
      <SegmentedControl
        data={methods.map((value) => ({ value, label: isListening ? t(`listen.${value}`) : t(`method.${value}`) }))}
        value={method}
        onChange={(value) => onChange(methods.find((each) => each === value) ?? method)}
      />
      <p className={styles.note}>{isListening ? t(`listenHelp.${method}`) : t(`methodHelp.${method}`)}</p>
    </div>
  )
}
