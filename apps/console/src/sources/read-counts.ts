import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import type { Read } from './states.tsx'

const names = ['read', 'changed', 'bad', 'absent'] as const

/** What a read found, in one line; what is nothing is left out. */
export function useReadCounts(): (read: Pick<Read, 'counts'>) => string {
  const { t } = useTranslation('sources')
  const formats = useFormats()
  return useCallback(
    ({ counts }) =>
      names
        .filter((name) => name === 'read' || counts[name] > 0)
        .map((name) => t(`counts.${name}`, { count: counts[name], number: formats.number(counts[name]) }))
        .join(' · '),
    [t, formats],
  )
}
