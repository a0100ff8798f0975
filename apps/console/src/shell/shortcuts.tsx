import { Kbd, Modal } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useSession } from '../api/session.ts'
import { keyOfInputMethods } from '../i18n/composing.ts'
import { isPermitted, navigation } from './navigation.ts'
import styles from './shortcuts.module.css'

const sequenceMs = 1_200
const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)

/** What the command key is called here. */
export const commandKey = isMac ? '⌘' : 'Ctrl'

type Acts = { openPalette(): void; openSheet(): void }

/** Keys that work everywhere but where somebody writes: ⌘K, /, ?, and G with a letter for a page. */
export function useShortcuts({ openPalette, openSheet }: Acts): void {
  const router = useRouter()
  const { organization, permissions } = useSession()
  const sequence = useRef(0)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.isComposing || event.keyCode === keyOfInputMethods) return
      if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        openPalette()
        return
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isWriting(event.target)) return
      const isSecond = Date.now() - sequence.current < sequenceMs
      sequence.current = event.key === 'g' ? Date.now() : 0
      const entry = navigation.find((each) => each.key === event.key && isPermitted(each, permissions))
      if (isSecond && entry !== undefined) {
        event.preventDefault()
        void router.navigate({ to: entry.to, params: { organization: organization.slug } })
      } else if (event.key === '?') openSheet()
      else if (event.key === '/') focusSearch(event)
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [router, organization.slug, permissions, openPalette, openSheet])
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input, textarea, select, [role="dialog"], [role="menu"]') !== null)
  )
}

function focusSearch(event: KeyboardEvent): void {
  const box = document.querySelector<HTMLElement>('main input[type="search"]')
  if (box === null) return
  event.preventDefault()
  box.focus()
}

/** The sheet behind `?`. */
export function ShortcutSheet({ isOpen, onClose }: { readonly isOpen: boolean; onClose(): void }) {
  const { t } = useTranslation()
  const { permissions } = useSession()
  const pages = navigation.filter((entry) => entry.key !== undefined && isPermitted(entry, permissions))
  const rows: readonly (readonly [keys: readonly string[], words: string])[] = [
    [[commandKey, 'K'], t('palette.title')],
    [['/'], t('shortcuts.search')],
    [['↑', '↓'], t('shortcuts.rows')],
    [['Enter'], t('shortcuts.openRow')],
    [[t('shortcuts.space')], t('shortcuts.selectRow')],
    [['Esc'], t('close')],
    [['?'], t('shortcuts.title')],
    ...pages.map(({ key = '', name }) => [['G', key.toUpperCase()], t(`nav.${name}`)] as const),
  ]
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      title={t('shortcuts.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <dl className={styles.list}>
        {rows.map(([keys, words]) => (
          <div key={words} className={styles.row}>
            <dt>{words}</dt>
            <dd className={styles.keys}>
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Modal>
  )
}
