import { Button } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { ConfirmDialog } from './confirm-dialog.tsx'
import { FormSection } from './form.tsx'

type DeleteSectionProps = {
  readonly title: string
  readonly lead: string
  /** The verb, on the button and in the dialog. */
  readonly action: string
  /** The question of the dialog. */
  readonly ask: string
  /** What must be written before it goes. */
  readonly name: string
  /** What is lost. */
  readonly children: ReactNode
  /** What deletes it. */
  readonly change: { readonly isPending: boolean; readonly error: Error | null }
  onDelete(): void
}

/** The end of something, last on its page: what cannot be undone, so its name must be typed. */
export function DeleteSection({ title, lead, action, ask, name, children, change, onDelete }: DeleteSectionProps) {
  const [isAsking, setAsking] = useState(false)
  return (
    <FormSection title={title} lead={lead}>
      <div>
        <Button data-danger onClick={() => setAsking(true)}>
          {action}
        </Button>
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title={ask}
        action={action}
        tier="typed"
        name={name}
        isPending={change.isPending}
        error={change.error}
        onConfirm={onDelete}
      >
        {children}
      </ConfirmDialog>
    </FormSection>
  )
}
