import { Button, Group, Modal } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { DropZone } from '../ui/drop-zone.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { LiveRegion } from '../ui/live-region.tsx'
import { showToast } from '../ui/toast.ts'
import styles from './sources.module.css'
import { staleReads, type Source } from './states.tsx'
import { uploadFile } from './upload.ts'

type UploadDialogProps = { readonly source: Source; readonly isOpen: boolean; onClose(): void }

/** Drop a file or choose one; it is sent in parts and then read, which plans and does nothing before somebody agrees. */
export function UploadDialog({ source, isOpen, onClose }: UploadDialogProps) {
  const { t } = useTranslation('sources')
  const { t: common } = useTranslation()
  const { send, file, sent, stop } = useUpload(source, onClose)
  const format = source.place.kind === 'file' ? source.place.format : 'csv'
  const close = (): void => {
    stop()
    onClose()
  }
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={t('upload.title')}
      closeButtonProps={{ 'aria-label': common('close') }}
    >
      <div className={styles.fields}>
        <p>{source.settings.approval === 'never' ? t('upload.leadNever') : t('upload.lead')}</p>
        {send.isPending && file !== undefined ? (
          <Sending file={file} sent={sent} />
        ) : (
          <DropZone
            label={t('upload.drop')}
            action={t('upload.choose')}
            note={t(`upload.format.${format ?? 'csv'}`)}
            onFile={send.mutate}
          />
        )}
        {send.isError && <ErrorBlock error={send.error} />}
        <Group justify="flex-end">
          <Button onClick={close}>{common('cancel')}</Button>
        </Group>
      </div>
    </Modal>
  )
}

function useUpload(source: Source, onDone: () => void) {
  const { t } = useTranslation('sources')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const client = useQueryClient()
  const [sent, setSent] = useState(0)
  const ending = useRef(new AbortController())
  useEffect(() => () => ending.current.abort(), [])
  const start = useChange('startSourceRead', { stale: staleReads })
  const send = useMutation({
    mutationFn: async (file: File) => {
      ending.current = new AbortController()
      setSent(0)
      const { signal } = ending.current
      const id = await uploadFile({ organization, source: source.id, file, signal, onProgress: setSent })
      if (source.liveRevision === null) return undefined
      return start.mutateAsync({ params: { source: source.id }, body: { file: id } })
    },
    onSuccess: (read, { name }) => {
      // Its columns are other ones, perhaps.
      void client.invalidateQueries({ queryKey: ['testSource'] })
      showToast({ tone: 'good', text: t('upload.done', { name }) })
      onDone()
      if (read !== undefined)
        void navigate({ to: '/$organization/source-reads/$read', params: { organization, read: read.id } })
    },
  })
  const stop = (): void => {
    ending.current.abort()
    send.reset()
  }
  return { send, file: send.variables, sent, stop }
}

function Sending({ file, sent }: { readonly file: File; readonly sent: number }) {
  const { t } = useTranslation('sources')
  const formats = useFormats()
  const percent = file.size === 0 ? 100 : Math.round((sent / file.size) * 100)
  const text = t('upload.sending', { name: file.name, sent: formats.bytes(sent), total: formats.bytes(file.size) })
  return (
    <div>
      <p>{text}</p>
      <progress aria-label={t('upload.title')} max={100} value={percent} />
      <LiveRegion text={text} />
    </div>
  )
}
