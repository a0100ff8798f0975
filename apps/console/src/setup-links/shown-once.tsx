import { Button, Group, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyBox } from '../ui/copy.tsx'
import styles from './setup-links.module.css'

/** The address of a link, the only time that anybody sees it here. */
export function ShownOnce({ url, onClose }: { readonly url: string | undefined; onClose(): void }) {
  const { t } = useTranslation('setupLinks')
  const { t: common } = useTranslation()
  return (
    <Modal
      opened={url !== undefined}
      onClose={onClose}
      closeOnClickOutside={false}
      title={t('once.title')}
      size="lg"
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <div className={styles.form}>
        <p>{t('once.text')}</p>
        <CopyBox value={url ?? ''} label={common('copyLink')} />
        <Group justify="flex-end">
          <Button variant="filled" onClick={onClose}>
            {common('done')}
          </Button>
        </Group>
      </div>
    </Modal>
  )
}
