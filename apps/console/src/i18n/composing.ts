import type { KeyboardEvent } from 'react'

/** What browsers call a key that an input method takes. */
export const keyOfInputMethods = 229

/**
 * Whether a key belongs to an input method that is still composing: the Enter that takes a Korean syllable or a Japanese
 * candidate must not send the form. WebKit ends the composition before it tells of the key, and says 229 then.
 */
export function isComposing({ nativeEvent }: Pick<KeyboardEvent, 'nativeEvent'>): boolean {
  return nativeEvent.isComposing || nativeEvent.keyCode === keyOfInputMethods
}
