import type { RouteAnswer } from '@rollcall/admin-api'
import { useTranslation } from 'react-i18next'
import { useFormats } from '../i18n/format.ts'
import { DefinitionList, type Definition } from '../ui/definition-list.tsx'
import { Section } from '../ui/page.tsx'
import styles from './apps.module.css'

type App = RouteAnswer<'getApp'>
type Profile = NonNullable<App['profile']>

/** What the app can do and how it is spoken to: by hand, found out, from its template, or as the standard says. */
export function Capabilities({ app }: { readonly app: App }) {
  const { t } = useTranslation('apps')
  const items = useItems(app.profile ?? {})
  return (
    <Section title={t('can.title')}>
      {app.profile !== null && <DefinitionList items={items} />}
      <Quirks app={app} />
    </Section>
  )
}

function useItems(profile: Profile): readonly Definition[] {
  const { t } = useTranslation('apps')
  const formats = useFormats()
  const flag = (value: boolean | undefined): string => t(value === true ? 'can.yes' : 'can.no')
  const count = (value: number | undefined): string => (value === undefined ? '–' : formats.number(value))
  const { filterable, fixedAttributes = [] } = profile
  return [
    { term: t('can.writes'), value: t(`can.${profile.writes ?? 'patch'}`) },
    {
      term: t('can.search'),
      value: filterable === null || filterable === undefined ? t('can.everything') : formats.list(filterable),
    },
    { term: t('can.groups'), value: flag(profile.hasGroups) },
    { term: t('can.showsMembers'), value: flag(profile.showsMembers) },
    { term: t('can.disable'), value: flag(profile.canDisable) },
    { term: t('can.delete'), value: flag(profile.canDelete) },
    { term: t('can.versions'), value: flag(profile.usesVersions) },
    { term: t('can.externalId'), value: flag(profile.keepsExternalId) },
    { term: t('can.membersMax'), value: count(profile.membersMax) },
    { term: t('can.pageSize'), value: count(profile.pageSize) },
    { term: t('can.rate'), value: count(profile.requestsPerSecondMax) },
    { term: t('can.permits'), value: count(profile.permitsMax) },
    ...(fixedAttributes.length === 0 ? [] : [{ term: t('can.fixed'), value: formats.list(fixedAttributes) }]),
  ]
}

/** What is otherwise here than its template and the standard have it. */
function Quirks({ app: { target } }: { readonly app: App }) {
  const { t } = useTranslation('apps')
  const found = target.kind === 'scim' ? Object.entries(target.found ?? {}) : []
  const byHand = Object.entries(target.profile)
  const hand = new Set(byHand.map(([name]) => name))
  const quirks = [
    ...byHand.map(([name, value]) => ({ name, value, from: 'hand' as const })),
    ...found.filter(([name]) => !hand.has(name)).map(([name, value]) => ({ name, value, from: 'found' as const })),
  ]
  return (
    <>
      <h3 className={styles.subtitle}>{t('quirks.title')}</h3>
      {quirks.length === 0 ? (
        <p className={styles.quiet}>{t('quirks.none')}</p>
      ) : (
        <DefinitionList
          items={quirks.map(({ name, value, from }) => ({
            term: name,
            value: (
              <>
                <code>{JSON.stringify(value)}</code> <span className={styles.quiet}>{t(`quirks.from.${from}`)}</span>
              </>
            ),
          }))}
        />
      )}
    </>
  )
}
