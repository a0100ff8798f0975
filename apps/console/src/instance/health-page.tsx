import { Button } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { call } from '../api/call.ts'
import { useRoute } from '../api/queries.ts'
import { useCan } from '../api/session.ts'
import { TestMail } from '../mails/test-mail.tsx'
import { download } from '../ui/csv.ts'
import { DefinitionList } from '../ui/definition-list.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Page, Section } from '../ui/page.tsx'
import { PageHeader } from '../ui/page-header.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { Time } from '../ui/time.tsx'
import { Checks } from './checks.tsx'
import { EncryptionKeys } from './encryption-keys.tsx'
import styles from './instance.module.css'

const refreshMs = 30_000

/** How the server is: what usually goes wrong, keys, versions, and what somebody who helps wants to know. */
export function HealthPage() {
  const { t } = useTranslation('instance')
  const { data, error, isFetching, refetch } = useRoute('getInstanceHealth', {}, { refetchInterval: refreshMs })
  return (
    <Page>
      <PageHeader
        title={t('health.title')}
        lead={t('health.lead')}
        actions={
          <Button loading={isFetching} leftSection={<icons.retry />} onClick={() => void refetch()}>
            {t('health.again')}
          </Button>
        }
        source={{ route: 'getInstanceHealth', cli: 'instance health', json: data }}
      />
      {error !== null && <ErrorBlock error={error} onRetry={() => void refetch()} />}
      {data === undefined && error === null && <Skeletons />}
      {data !== undefined && (
        <Section title={data.isHealthy ? t('health.healthy') : t('health.unhealthy')}>
          <Checks checks={data.checks} />
        </Section>
      )}
      <Mail />
      <Section title={t('keys.title')}>
        <EncryptionKeys />
      </Section>
      {data !== undefined && <Version version={data.version} />}
      <Bundle />
    </Page>
  )
}

function Mail() {
  const { t } = useTranslation('instance')
  const can = useCan()
  if (!can('mail:send')) return null
  return (
    <Section title={t('mail.title')}>
      <p className={styles.lead}>{t('mail.text')}</p>
      <TestMail />
    </Section>
  )
}

function Version({ version }: Pick<RouteAnswer<'getInstanceHealth'>, 'version'>) {
  const { t } = useTranslation('instance')
  const { rollcall, commit, node, platform, startedAt } = version
  return (
    <Section title={t('version.title')}>
      <DefinitionList
        items={[
          { term: t('version.rollcall'), value: rollcall },
          { term: t('version.commit'), value: <code>{commit}</code> },
          { term: t('version.node'), value: node },
          { term: t('version.platform'), value: platform },
          { term: t('version.started'), value: <Time at={startedAt} /> },
        ]}
      />
    </Section>
  )
}

function Bundle() {
  const { t } = useTranslation('instance')
  const fetchBundle = useMutation({
    mutationFn: () => call('getSupportBundle', {}),
    onSuccess: (bundle) => {
      const name = `rollcall-support-${bundle.at.slice(0, 10)}.json`
      download(name, JSON.stringify(bundle, undefined, 2), 'application/json')
    },
  })
  return (
    <Section title={t('bundle.title')}>
      <p className={styles.lead}>{t('bundle.text')}</p>
      {fetchBundle.isError && <ErrorBlock error={fetchBundle.error} />}
      <Button loading={fetchBundle.isPending} leftSection={<icons.download />} onClick={() => fetchBundle.mutate()}>
        {t('bundle.download')}
      </Button>
    </Section>
  )
}
