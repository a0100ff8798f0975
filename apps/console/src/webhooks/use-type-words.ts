import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { EventType } from './use-event-types.ts'

/** What an event tells, in the language of the page; one that is newer than its translation in the server's own words. */
export function useTypeWords(): (type: Pick<EventType, 'type' | 'summary'>) => string {
  const { t } = useTranslation('eventTypes')
  return useCallback(({ type, summary }) => t(`type.${type}`, { defaultValue: summary }), [t])
}
