import {
  guideValues,
  parseGuideText,
  type GuideField,
  type GuideStep,
  type GuideValue,
} from '@rollcall/admin-api/provider-guides'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { currentLanguage } from '../i18n/language.ts'
import { CopyBox } from '../ui/copy.tsx'
import styles from './connections.module.css'

/** What is copied into the provider's pages, as far as it is known. */
export type GuideValues = { readonly [name in GuideValue]?: string | undefined }

type GuideStepItemProps = {
  readonly step: GuideStep
  readonly values: GuideValues
  /** Takes what the provider has for us; without it nobody is asked. */
  readonly give?: ReactNode
  /** How far it is. */
  readonly children?: ReactNode
}

/** One step in the provider's own pages, field by field. */
export function GuideStepItem({ step, values, give, children }: GuideStepItemProps) {
  const language = currentLanguage()
  return (
    <li className={styles.step}>
      <h3>
        <GuideText text={step.title[language]} values={values} />
      </h3>
      {step.path.length > 0 && <p className={styles.stepPath}>{step.path.join(' › ')}</p>}
      <p>
        <GuideText text={step.text[language]} values={values} />
      </p>
      {step.fields.length > 0 && (
        <dl className={styles.fields}>
          {step.fields.map((field) => (
            <div key={field.label}>
              <dt>{field.label}</dt>
              <dd>
                <FieldValue field={field} values={values} give={give} />
              </dd>
            </div>
          ))}
        </dl>
      )}
      {children}
    </li>
  )
}

type FieldValueProps = Pick<GuideStepItemProps, 'values' | 'give'> & { readonly field: GuideField }

function FieldValue({ field, values, give }: FieldValueProps) {
  const { t } = useTranslation('connections')
  if ('enter' in field) return <code>{field.enter}</code>
  if (!('copy' in field)) return give
  const prefix = field.prefix ?? ''
  const value = values[field.copy]
  if (value !== undefined) return <CopyBox value={prefix + value} />
  if (field.copy === 'metadataUrl') return <span>{t('setUp.metadataLater')}</span>
  return field.copy === 'scimToken' ? <span>{t('setUp.yourToken', { prefix })}</span> : null
}

/** Labels of the provider's pages in bold, what is to be taken to the letter as code. */
export function GuideText({ text, values }: { readonly text: string; readonly values: GuideValues }) {
  const { t } = useTranslation('connections')
  return parseGuideText(text).map((piece, index) => {
    const key = `${index}`
    if (piece.kind === 'label') return <strong key={key}>{piece.text}</strong>
    if (piece.kind === 'code') return <code key={key}>{piece.text}</code>
    if (piece.kind === 'text') return piece.text
    const name = guideValues.find((each) => each === piece.text)
    const value = name === undefined ? undefined : values[name]
    if (value === undefined && name === 'metadataUrl') return t('setUp.metadataLater')
    return <code key={key}>{value ?? `{${piece.text}}`}</code>
  })
}
