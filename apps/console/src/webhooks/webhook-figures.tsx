import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { Figures } from '../ui/figures.tsx'
import { Time } from '../ui/time.tsx'
import { SlowShare, SuccessShare } from './last-day.tsx'
import { useTypesWord, type Webhook } from './webhook-state.tsx'

/** How the last day went, in numbers. */
export function WebhookFigures({ webhook }: { readonly webhook: Webhook }) {
  const { t } = useTranslation('webhooks')
  const formats = useFormats()
  const typesWord = useTypesWord()
  const { lastDay, lastSuccessAt, lastFailureAt, types } = webhook
  return (
    <Figures
      figures={[
        { term: t('column.success'), value: <SuccessShare lastDay={lastDay} />, isNumber: true },
        { term: t('figure.attempts'), value: formats.number(lastDay.attempts), isNumber: true },
        { term: t('column.p95'), value: <SlowShare lastDay={lastDay} />, isNumber: true },
        { term: t('column.lastSuccess'), value: <Time at={lastSuccessAt} /> },
        { term: t('figure.lastFailure'), value: <Time at={lastFailureAt} /> },
        { term: t('column.types'), value: typesWord(types) },
      ]}
    />
  )
}
