import { Modal } from '@mantine/core'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { isComposing } from '../i18n/composing.ts'
import { icons } from '../ui/icons.tsx'
import { LiveRegion } from '../ui/live-region.tsx'
import { paletteGroups, type PaletteItem } from './palette-items.ts'
import styles from './palette.module.css'
import { usePaletteItems } from './use-palette-items.ts'

type PaletteProps = { readonly isOpen: boolean; onClose(): void }

/** ⌘K: go to, find, do. */
export function Palette({ isOpen, onClose }: PaletteProps) {
  const { t } = useTranslation()
  return (
    // Whoever presses ⌘K goes on typing at once, so nothing fades in.
    <Modal.Root opened={isOpen} onClose={onClose} size={620} yOffset="12vh" transitionProps={{ duration: 0 }}>
      <Modal.Overlay backgroundOpacity={1} color="var(--scrim)" />
      <Modal.Content aria-label={t('palette.title')} radius={8}>
        <PaletteBody onClose={onClose} />
      </Modal.Content>
    </Modal.Root>
  )
}

function PaletteBody({ onClose }: Pick<PaletteProps, 'onClose'>) {
  const { t } = useTranslation()
  const router = useRouter()
  const [typed, setTyped] = useState('')
  const [chosen, setChosen] = useState(0)
  const items = usePaletteItems(typed)
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => field.current?.focus(), [])
  const index = Math.min(chosen, items.length - 1)
  const take = (item: PaletteItem | undefined): void => {
    if (item === undefined) return
    onClose()
    if ('run' in item) item.run()
    else void router.navigate(item.link)
  }
  const onKey = (event: KeyboardEvent): void => {
    // The Enter that takes a candidate of an input method is not meant for us, nor are its arrows.
    if (isComposing(event)) return
    const steps = new Map([
      ['ArrowDown', 1],
      ['ArrowUp', -1],
    ])
    const step = steps.get(event.key)
    if (step !== undefined) setChosen((index + step + items.length) % Math.max(1, items.length))
    else if (event.key === 'Enter') take(items[index])
    else return
    event.preventDefault()
  }
  return (
    <div className={styles.palette}>
      <label className={styles.field}>
        <icons.search size={18} />
        <input
          ref={field}
          data-autofocus
          className={styles.input}
          role="combobox"
          aria-expanded="true"
          aria-controls={id}
          aria-activedescendant={items.length === 0 ? undefined : `${id}-${index}`}
          aria-label={t('palette.title')}
          placeholder={t('palette.placeholder')}
          value={typed}
          autoComplete="off"
          spellCheck={false}
          onKeyDown={onKey}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            setChosen(0)
          }}
        />
      </label>
      <List id={id} items={items} index={index} take={take} point={setChosen} />
      <LiveRegion text={t('palette.results', { count: items.length })} />
    </div>
  )
}

type ListProps = {
  readonly id: string
  readonly items: readonly PaletteItem[]
  readonly index: number
  take(item: PaletteItem): void
  point(index: number): void
}

function List({ id, items, index, take, point }: ListProps) {
  const { t } = useTranslation()
  const current = useRef<HTMLDivElement>(null)
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which an effect may not.
    current.current?.scrollIntoView({ block: 'nearest' })
  }, [index, items])
  if (items.length === 0)
    return (
      <p id={id} className={styles.none}>
        {t('palette.none')}
      </p>
    )
  return (
    <div id={id} role="listbox" aria-label={t('palette.title')} className={styles.list}>
      {paletteGroups.map((group) => {
        const own = items.filter((item) => item.group === group)
        if (own.length === 0) return null
        return (
          <div key={group} role="group" aria-label={t(`palette.${group}Group`)}>
            <p className={styles.group} aria-hidden="true">
              {t(`palette.${group}Group`)}
            </p>
            {own.map((item) => {
              const place = items.indexOf(item)
              const Shape = icons[item.icon]
              return (
                // The keys are heard by the field, which keeps the focus.
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
                <div
                  key={item.id}
                  id={`${id}-${place}`}
                  ref={place === index ? current : undefined}
                  role="option"
                  tabIndex={-1}
                  aria-selected={place === index}
                  className={styles.item}
                  onMouseMove={() => point(place)}
                  onClick={() => take(item)}
                >
                  <Shape size={17} />
                  <span className={styles.label}>{item.label}</span>
                  {item.hint !== undefined && <span className={styles.hint}>{item.hint}</span>}
                </div>
              )
            })}
          </div>
        )
      })}
    </div>
  )
}
