import type { EntryOf } from '../api/queries.ts'
import { useTranslation } from 'react-i18next'
import { readDevice } from './device.ts'

export type SessionEntry = EntryOf<'listSessions'>

type Words = {
  /** Firefox on Linux */
  device(session: Pick<SessionEntry, 'userAgent'>): string
  /** By what, and what was proven besides. */
  method(session: Pick<SessionEntry, 'method' | 'factors'>): string
  endReason(session: Pick<SessionEntry, 'endReason'>): string
}

/** Sentences about sessions, for lists and dialogs alike. */
export function useSessionWords(): Words {
  const { t } = useTranslation('sessions')
  return {
    device: ({ userAgent }) => {
      const { browser, system } = readDevice(userAgent)
      if (browser !== undefined && system !== undefined) return t('device', { browser, system })
      return browser ?? system ?? t('unknownDevice')
    },
    method: ({ method, factors }) => {
      const first = t(`method.${method}`)
      const second = factors.find((name) => name !== method && (name === 'totp' || name === 'passkey'))
      return second === undefined ? first : t('twoSteps', { first, second: t(`factor.${second}`) })
    },
    endReason: ({ endReason }) =>
      endReason === null ? '' : t(`endReason.${endReason}`, { defaultValue: t('endReason.other') }),
  }
}
