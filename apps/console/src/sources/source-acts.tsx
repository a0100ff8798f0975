import { Button } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, useOrganizationSlug } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { icons } from '../ui/icons.tsx'
import { showToast } from '../ui/toast.ts'
import { staleReads, type Source } from './states.tsx'
import { UploadDialog } from './upload-dialog.tsx'

/** Read now, pause, resume, and for sources of files: upload one. */
export function SourceActs({ source }: { readonly source: Source }) {
  const { t } = useTranslation('sources')
  const organization = useOrganizationSlug()
  const navigate = useNavigate()
  const can = useCan()
  const [isUploading, setUploading] = useState(false)
  const start = useChange('startSourceRead', { stale: staleReads })
  if (!can('sources:run')) return null
  const params = { source: source.id }
  const read = (): void =>
    start.mutate(
      { params, body: {} },
      {
        onSuccess: ({ id }) =>
          void navigate({ to: '/$organization/source-reads/$read', params: { organization, read: id } }),
        onError: ({ message }) => showToast({ tone: 'bad', text: message }),
      },
    )
  // Of one that is being set up the button stands in its first step.
  const isOfFiles = source.place.kind === 'file'
  return (
    <>
      <PauseButton source={source} />
      {source.liveRevision !== null && (
        <Button
          leftSection={<icons.play />}
          variant={isOfFiles ? 'default' : 'filled'}
          loading={start.isPending}
          onClick={read}
        >
          {t('readNow')}
        </Button>
      )}
      {isOfFiles && source.liveRevision !== null && (
        <>
          <Button leftSection={<icons.upload />} variant="filled" onClick={() => setUploading(true)}>
            {t('upload.action')}
          </Button>
          <UploadDialog source={source} isOpen={isUploading} onClose={() => setUploading(false)} />
        </>
      )}
    </>
  )
}

function PauseButton({ source }: { readonly source: Source }) {
  const { t } = useTranslation('sources')
  const pause = useChange('pauseSource', { stale: ['listSources', 'getSource'] })
  const resume = useChange('resumeSource', { stale: ['listSources', 'getSource'] })
  const params = { source: source.id }
  const onError = ({ message }: Error): void => showToast({ tone: 'bad', text: message })
  if (source.state === 'active')
    return (
      <Button
        leftSection={<icons.pause />}
        loading={pause.isPending}
        onClick={() =>
          pause.mutate(
            { params, body: {} },
            {
              onSuccess: () =>
                showToast({
                  tone: 'good',
                  text: t('paused', { name: source.name }),
                  action: { label: t('resume'), run: () => resume.mutate({ params }, { onError }) },
                }),
              onError,
            },
          )
        }
      >
        {t('pause')}
      </Button>
    )
  if (source.state !== 'paused') return null
  return (
    <Button
      leftSection={<icons.play />}
      loading={resume.isPending}
      onClick={() => resume.mutate({ params }, { onError })}
    >
      {t('resume')}
    </Button>
  )
}
