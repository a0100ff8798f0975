import { useTranslation } from 'react-i18next'
import connections from '../connections/connections.module.css'
import { StateChip } from '../ui/state-chip.tsx'
import { Time } from '../ui/time.tsx'
import type { Detection } from './visit.ts'

/** What the provider has sent: passed, or failed and why. Newest first; comes by itself. */
export function Detections({ detections }: { readonly detections: readonly Detection[] }) {
  const { t } = useTranslation('setUp')
  return (
    <div aria-live="polite">
      {detections.length === 0 && (
        <p className={connections.listening}>
          <span className={connections.pulse} />
          {t('arrived.waiting')}
        </p>
      )}
      <ol className={connections.requests}>
        {detections.map(({ id, at, act, cause, detail }) => (
          <li key={id}>
            <StateChip tone={cause === null ? 'good' : 'bad'}>
              {cause === null ? t('arrived.passed') : t('arrived.failed')}
            </StateChip>
            <span>{t(`act.${act}`)}</span>
            <Time at={at} />
            {cause !== null && (
              <span className={connections.detail}>
                {t(`cause.${cause}`)} {cause === 'invalidRequest' && <code>{detail}</code>}
              </span>
            )}
          </li>
        ))}
      </ol>
    </div>
  )
}
