import { Select } from '@mantine/core'
import { getScimGuide } from '@rollcall/admin-api/provider-guides'
import { useTranslation } from 'react-i18next'
import { isRefusedAs } from '../api/problem.ts'
import { chooseLanguage } from '../i18n/i18n.ts'
import { currentLanguage, isLanguage, languageNames, languages } from '../i18n/language.ts'
import { Toasts } from '../shell/toasts.tsx'
import { ErrorBlock } from '../ui/error-block.tsx'
import { Skeletons } from '../ui/skeletons.tsx'
import { TimeInWords } from '../ui/time-in-words.tsx'
import { Finish } from './finish.tsx'
import { Notice } from './notice.tsx'
import { SamlPart } from './saml-part.tsx'
import { ScimPart } from './scim-part.tsx'
import styles from './set-up.module.css'
import { useVisit, type Visit } from './visit.ts'

/** What is behind a set-up link: the provider's steps, and what has come of them, without an account. */
export function SetUpPage() {
  const { t } = useTranslation('setUp')
  return (
    <div className={styles.frame}>
      <title>{t('title')}</title>
      <header className={styles.bar}>
        <LanguageSelect />
      </header>
      <main id="main" className={styles.main}>
        <Content />
      </main>
      <Toasts />
    </div>
  )
}

function LanguageSelect() {
  const { t } = useTranslation('setUp')
  return (
    <Select
      aria-label={t('language')}
      data={languages.map((value) => ({ value, label: languageNames[value] }))}
      value={currentLanguage()}
      allowDeselect={false}
      onChange={(value) => {
        if (isLanguage(value)) void chooseLanguage(value)
      }}
    />
  )
}

function Content() {
  const { data: visit, error, refetch } = useVisit()
  if (visit?.state === 'done') return <Notice kind="done" organization={visit.organization.name} />
  if (isRefusedAs(error, 'conflict')) return <Notice kind="ended" />
  if (isRefusedAs(error, 'notFound')) return <Notice kind="unknown" />
  if (isRefusedAs(error, 'unauthenticated')) return <Notice kind="openAgain" />
  if (visit !== undefined) return <Steps visit={visit} />
  return error === null ? <Skeletons /> : <ErrorBlock error={error} onRetry={() => void refetch()} />
}

function Steps({ visit }: { readonly visit: Visit }) {
  const { t } = useTranslation('setUp')
  const { product } = getScimGuide(visit.provider)
  const isGeneric = visit.provider === 'generic'
  const names = { provider: product, organization: visit.organization.name }
  return (
    <>
      <h1>{isGeneric ? t('headGeneric', names) : t('head', names)}</h1>
      <p className={styles.lead}>
        {t('lead')} <TimeInWords text={t('until')} at={visit.expiresAt} />
      </p>
      {visit.saml !== null && <SamlPart visit={visit} saml={visit.saml} />}
      {visit.scim !== null && <ScimPart visit={visit} scim={visit.scim} />}
      <Finish visit={visit} />
    </>
  )
}
