import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useRoute } from '../api/queries.ts'
import { useFormats } from '../i18n/format.ts'
import { CopyBox } from '../ui/copy.tsx'
import { DefinitionList } from '../ui/definition-list.tsx'
import { Section } from '../ui/page.tsx'
import { Time } from '../ui/time.tsx'
import { Capabilities } from './capabilities.tsx'
import { GateActs } from './gate-acts.tsx'
import styles from './apps.module.css'

type App = RouteAnswer<'getApp'>

/** How it is spoken to, and what passes without asking. */
export function AppFacts({ app }: { readonly app: App }) {
  const { t } = useTranslation('apps')
  return (
    <div className={styles.halves}>
      <div className={styles.stack}>
        <Section title={t('facts.title')}>
          <DefinitionList
            items={[
              { term: t('facts.kind'), value: app.target.kind === 'ldap' ? t('facts.ldap') : t('facts.scim') },
              { term: t('facts.address'), value: <CopyBox value={app.target.baseUrl} /> },
              { term: t('facts.preset'), value: app.preset ?? t('facts.noPreset') },
              {
                term: t('facts.credentials'),
                value: app.credentials === null ? t('facts.none') : t(`credentials.${app.credentials.kind}`),
              },
              ...((app.credentials?.expiresAt ?? null) === null
                ? []
                : [{ term: t('facts.expires'), value: <Time at={app.credentials?.expiresAt} /> }]),
              {
                term: t('facts.rules'),
                value: app.liveRevision === null ? t('facts.noRules') : `#${app.liveRevision}`,
              },
              { term: t('facts.id'), value: <CopyBox value={app.id} /> },
            ]}
          />
        </Section>
        <Gate app={app.id} />
      </div>
      <Capabilities app={app} />
    </div>
  )
}

function Gate({ app }: { readonly app: string }) {
  const { t } = useTranslation('apps')
  const formats = useFormats()
  const { data: gate } = useRoute('getAppGate', { params: { app } })
  if (gate === undefined) return null
  return (
    <Section title={t('gate.title')} actions={<GateActs app={app} gate={gate} />}>
      <DefinitionList
        items={[
          {
            term: t('gate.allowance'),
            value: gate.allowance === null ? t('gate.off') : formats.number(gate.allowance),
          },
          ...(gate.windowMs === null ? [] : [{ term: t('gate.window'), value: formats.duration(gate.windowMs) }]),
          { term: t('gate.disable'), value: formats.number(gate.used.disable) },
          { term: t('gate.delete'), value: formats.number(gate.used.delete) },
          { term: t('gate.members'), value: formats.number(gate.used.memberRemoval) },
          ...(gate.pause === null
            ? []
            : [
                { term: t('gate.paused'), value: gate.pause.reason },
                { term: t('gate.until'), value: <Time at={gate.pause.until} /> },
              ]),
        ]}
      />
    </Section>
  )
}
