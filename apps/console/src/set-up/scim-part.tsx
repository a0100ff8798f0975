import { Button } from '@mantine/core'
import { getScimGuide } from '@rollcall/admin-api/provider-guides'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import connections from '../connections/connections.module.css'
import { GuideStepItem, GuideText } from '../connections/guide-step.tsx'
import { TokenSecret } from '../connections/token-secret.tsx'
import { currentLanguage } from '../i18n/language.ts'
import { ErrorBlock } from '../ui/error-block.tsx'
import { icons } from '../ui/icons.tsx'
import { Section } from '../ui/page.tsx'
import { Detections } from './detections.tsx'
import { StepProgress } from './step-progress.tsx'
import { useNewToken, type Visit } from './visit.ts'

type Scim = NonNullable<Visit['scim']>

/** People and groups: the token, the provider's steps, and what has arrived. */
export function ScimPart({ visit, scim }: { readonly visit: Visit; readonly scim: Scim }) {
  const { t } = useTranslation('setUp')
  const guide = getScimGuide(visit.provider)
  return (
    <div className={connections.setUp}>
      <Section title={t('scim.title')}>
        <p className={connections.lead}>
          <GuideText text={guide.intro[currentLanguage()]} values={visit.values} />
        </p>
        <Token token={scim.token} scimUrl={visit.values.scimUrl ?? ''} />
        <ol className={connections.steps}>
          {guide.steps.map((step) => (
            <GuideStepItem key={step.id} step={step} values={visit.values}>
              <StepProgress visit={visit} id={`scim/${step.id}`} />
            </GuideStepItem>
          ))}
        </ol>
      </Section>
      <Section title={t('arrived.title')}>
        <Detections detections={scim.detections} />
      </Section>
    </div>
  )
}

/** Shown once; who lost it makes another, and the one before lives on for a day. */
function Token({ token, scimUrl }: { readonly token: Scim['token']; readonly scimUrl: string }) {
  const { t } = useTranslation('setUp')
  const make = useNewToken()
  const [secret, setSecret] = useState<string>()
  return (
    <>
      <div className={connections.tokenStep}>
        <icons.key />
        <span>{token === null ? t('token.first') : t('token.there', { hint: token.hint })}</span>
        <Button
          variant={token === null ? 'filled' : 'default'}
          loading={make.isPending}
          onClick={() => make.mutate(undefined, { onSuccess: ({ token: made }) => setSecret(made) })}
        >
          {token === null ? t('token.make') : t('token.makeAnew')}
        </Button>
      </div>
      {make.isError && <ErrorBlock error={make.error} />}
      <TokenSecret secret={secret} scimUrl={scimUrl} onClose={() => setSecret(undefined)} />
    </>
  )
}
