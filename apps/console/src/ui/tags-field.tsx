import { TagsInput, type TagsInputProps } from '@mantine/core'
import { isComposing } from '../i18n/composing.ts'

/** Words that are typed one after the other, each taken by Enter; the Enter of an input method takes none. */
export function TagsField(props: TagsInputProps) {
  return (
    <TagsInput
      {...props}
      onKeyDown={(event) => {
        // The field's own guard does not know WebKit's order: there the composition has ended by then.
        if (isComposing(event)) event.stopPropagation()
        else props.onKeyDown?.(event)
      }}
    />
  )
}
