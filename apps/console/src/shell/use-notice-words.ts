import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import type { Notice } from './notices-menu.tsx'

/** Of which detail a notice speaks by name, and which date and number it gives. */
const names = ['webhook', 'app', 'source', 'connection', 'identityProvider', 'key'] as const
const dates = ['expiresAt', 'lapsesAt', 'failingSinceAt', 'sinceAt', 'openedAt'] as const
const counts = ['changes', 'count'] as const

/** Kinds that read otherwise by a code in their details. */
const variants: { readonly [kind in Notice['kind']]?: string } = { webhookDisabled: 'reason', keyLeaked: 'outcome' }

/** A notice as a sentence in the language of the page. */
export function useNoticeWords(): (notice: Notice) => string {
  const { t } = useTranslation('notices')
  const formats = useFormats()
  return ({ kind, details }) => {
    const first = (keys: readonly string[]) => keys.map((key) => details[key]).find((value) => value !== undefined)
    const at = first(dates)
    const count = Number(first(counts) ?? 0)
    const variant = variants[kind]
    const key = variant === undefined ? kind : `${kind}.${details[variant] ?? ''}`
    return t(`kind.${key}`, {
      name: first(names),
      hint: details['hint'],
      time: typeof at === 'string' ? formats.date(at) : '',
      count,
      number: formats.number(count),
    })
  }
}
