import { Drawer } from '@mantine/core'
import { useRouterState } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { LoadingBar } from './loading-bar.tsx'
import { Palette } from './palette.tsx'
import { Rail } from './rail.tsx'
import styles from './shell.module.css'
import { ShortcutSheet, useShortcuts } from './shortcuts.tsx'
import { StepUpDialog } from './step-up-dialog.tsx'
import { Toasts } from './toasts.tsx'
import { TopBar } from './top-bar.tsx'

/** What never goes away: rail on the left, bar on top. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation()
  const [isRailOpen, setRailOpen] = useState(false)
  const [isPaletteOpen, setPaletteOpen] = useState(false)
  const [isSheetOpen, setSheetOpen] = useState(false)
  const openPalette = useCallback(() => setPaletteOpen(true), [])
  const openSheet = useCallback(() => setSheetOpen(true), [])
  useShortcuts({ openPalette, openSheet })
  const path = useRouterState({ select: ({ location }) => location.pathname })
  const main = useRef<HTMLElement>(null)
  const shownPath = useRef(path)
  useEffect(() => {
    setRailOpen(false)
    // A new page is read from its beginning, with the keyboard and by screen readers too.
    if (shownPath.current !== path) main.current?.focus({ preventScroll: true })
    shownPath.current = path
  }, [path])
  return (
    <div className={styles.shell}>
      <a
        className={styles.skip}
        href="#main"
        onClick={(event) => {
          event.preventDefault()
          main.current?.focus()
        }}
      >
        {t('shell.skip')}
      </a>
      <TopBar openNavigation={() => setRailOpen(true)} openPalette={openPalette} openSheet={openSheet} />
      <div className={styles.rail}>
        <Rail />
      </div>
      <Drawer
        opened={isRailOpen}
        onClose={() => setRailOpen(false)}
        position="left"
        size={264}
        title={t('shell.navigation')}
        closeButtonProps={{ 'aria-label': t('close') }}
      >
        <Rail />
      </Drawer>
      <main id="main" ref={main} className={styles.main} tabIndex={-1}>
        {children}
      </main>
      <LoadingBar />
      <Toasts />
      <StepUpDialog />
      <Palette isOpen={isPaletteOpen} onClose={() => setPaletteOpen(false)} />
      <ShortcutSheet isOpen={isSheetOpen} onClose={() => setSheetOpen(false)} />
    </div>
  )
}
