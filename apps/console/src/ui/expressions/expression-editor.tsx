import { useEffect, useRef } from 'react'
import { createEditor, type Editor, type EditorOptions } from './editor.ts'
import styles from './expressions.module.css'

/** The editor itself; loaded when the first expression is shown. */
export function ExpressionEditor(props: EditorOptions) {
  const place = useRef<HTMLDivElement>(null)
  const editor = useRef<Editor>(undefined)
  const current = useRef(props)
  current.current = props
  useEffect(() => {
    if (place.current === null) return
    const created = createEditor(place.current, {
      ...current.current,
      onChange: (value) => current.current.onChange(value),
      onLeave: () => {
        place.current?.focus()
        current.current.onLeave()
      },
    })
    editor.current = created
    return () => created.destroy()
  }, [])
  const { value, inspects, completes } = props
  useEffect(() => editor.current?.setValue(value), [value])
  useEffect(() => editor.current?.setKnown(inspects, completes), [inspects, completes])
  return <div ref={place} tabIndex={-1} className={styles.editor} data-readonly={props.isReadOnly || undefined} />
}
