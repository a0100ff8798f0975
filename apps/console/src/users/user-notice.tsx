import { useTranslation } from 'react-i18next'
import type { RouteAnswer } from '@rollcall/admin-api'
import { icons } from '../ui/icons.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import styles from './users.module.css'

/** Why somebody has no access: since when, by whom, for what reason, and how long it can be taken back. */
export function UserNotice({ person }: { readonly person: RouteAnswer<'getPerson'> }) {
  const { t } = useTranslation('users')
  const { state, stateChange, restorableUntil, purgedAt } = person
  if ((state !== 'suspended' && state !== 'deprovisioned') || stateChange === null) return null
  return (
    <p className={styles.notice} role="status">
      {state === 'suspended' ? <icons.pause /> : <icons.remove />}
      <TimeInWords text={t(`notice.${state}`, { by: stateChange.by })} at={stateChange.at} isAbsolute />
      {stateChange.reason !== null && <q>{stateChange.reason}</q>}
      {purgedAt === null && restorableUntil !== null && (
        <TimeInWords text={t('notice.restorable')} at={restorableUntil} isAbsolute />
      )}
      {purgedAt !== null && <TimeInWords text={t('notice.purged')} at={purgedAt} isAbsolute />}
    </p>
  )
}
