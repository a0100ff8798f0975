import { Drawer } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** One entry of a list, beside it. What is open stands in the address; focus returns to the row. */
export function SidePanel({
  title,
  isOpen,
  onClose,
  children,
}: {
  readonly title: ReactNode
  readonly isOpen: boolean
  onClose(): void
  readonly children: ReactNode
}) {
  const { t } = useTranslation()
  return (
    <Drawer opened={isOpen} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': t('close') }}>
      {children}
    </Drawer>
  )
}
