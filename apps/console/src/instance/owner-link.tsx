import { Button, Group, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { CopyBox } from '../ui/copy.tsx'
import styles from './instance.module.css'

/** The link by which the first owner comes in, the only time that it is shown here. */
export function OwnerLink({ url, onClose }: { readonly url: string | undefined; onClose(): void }) {
  const { t } = useTranslation('instance')
  const { t: common } = useTranslation()
  return (
    <Modal
      opened={url !== undefined}
      onClose={onClose}
      closeOnClickOutside={false}
      size="lg"
      title={t('owner.ready')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <div className={styles.stack}>
        <p>{t('owner.readyText')}</p>
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
