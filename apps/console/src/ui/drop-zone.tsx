import { Button, FileButton } from '@mantine/core'
import { useState, type DragEvent } from 'react'
import styles from './drop-zone.module.css'
import { icons } from './icons.tsx'

type DropZoneProps = {
  readonly label: string
  /** What the button says: the same by a dialog. */
  readonly action: string
  /** Which files these are. */
  readonly note: string
  /** Endings that the dialog offers. */
  readonly accept?: string
  onFile(file: File): void
}

/** Where one file is dropped or chosen. */
export function DropZone({ label, action, note, accept, onFile }: DropZoneProps) {
  const [isOver, setOver] = useState(false)
  const hover = (event: DragEvent): void => {
    event.preventDefault()
    setOver(true)
  }
  const drop = (event: DragEvent): void => {
    event.preventDefault()
    setOver(false)
    const [file] = event.dataTransfer.files
    if (file !== undefined) onFile(file)
  }
  const take = (file: File | null): void => {
    if (file !== null) onFile(file)
  }
  return (
    <div
      className={styles.zone}
      data-over={isOver || undefined}
      onDragOver={hover}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
    >
      <icons.upload size={22} />
      <p>{label}</p>
      <FileButton {...(accept !== undefined && { accept })} onChange={take}>
        {(props) => <Button {...props}>{action}</Button>}
      </FileButton>
      <p className={styles.note}>{note}</p>
    </div>
  )
}
