import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import type { Source } from './states.tsx'

const minuteMs = 60_000

/** When a source is read, in words. */
export function useSchedule(): (schedule: Source['settings']['schedule']) => string {
  const { t } = useTranslation('sources')
  const formats = useFormats()
  return useCallback(
    (schedule) => {
      if (schedule.kind === 'interval')
        return t('schedule.interval', { time: formats.duration(schedule.minutes * minuteMs) })
      if (schedule.kind === 'cron') return t('schedule.cron', { cron: schedule.cron, zone: schedule.timeZone })
      return t('schedule.none')
    },
    [t, formats],
  )
}
