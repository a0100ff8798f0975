import { useTranslation } from 'react-i18next'
import type { EntryOf } from '../api/queries.ts'
import styles from './apps.module.css'

type PresetGalleryProps = {
  readonly presets: readonly EntryOf<'listAppPresets'>[]
  onChoose(name: string): void
}

/** Apps that are known: each is a button. */
export function PresetGallery({ presets, onChoose }: PresetGalleryProps) {
  const { t } = useTranslation('apps')
  return (
    <ul className={styles.gallery} aria-label={t('new.gallery')}>
      {presets.map(({ name, title, kind }) => (
        <li key={name}>
          <button type="button" className={styles.preset} onClick={() => onChoose(name)}>
            <strong>{title}</strong>
            <span className={styles.quiet}>{t(`facts.${kind}`)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
}
