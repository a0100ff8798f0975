import { serverUrl } from '../api/place.ts'

/** A form, because the answer may lead on to the identity provider, which must hear of it too. */
export function signOut(): void {
  const form = document.createElement('form')
  form.method = 'post'
  form.action = `${serverUrl}/sign-out`
  document.body.append(form)
  form.submit()
}
