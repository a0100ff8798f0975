import { createHash } from 'node:crypto'
import type { JsonObject } from '@rollcall/scim'
import { escapeHtml as escape } from '../../escape-html.ts'
import type { Language } from '../../language.ts'
import { pageHeaders } from '../page.ts'
import { factorWords } from './factor-words/catalog.ts'

/**
 * What a browser does for a passkey: it asks the device and puts the answer into the form. Names of members are those of
 * WebAuthn's JSON; browsers that can read that JSON by themselves are too young to be relied on.
 */
const script = `(() => {
  const toBytes = (text) => Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0))
  const toText = (buffer) => {
    let text = ''
    for (const byte of new Uint8Array(buffer)) text += String.fromCharCode(byte)
    return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
  }
  const withBytes = (list) => list.map((each) => ({ ...each, id: toBytes(each.id) }))
  const create = async (asked) => {
    const publicKey = { ...asked, challenge: toBytes(asked.challenge), user: { ...asked.user, id: toBytes(asked.user.id) },
      excludeCredentials: withBytes(asked.excludeCredentials) }
    const { rawId, response } = await navigator.credentials.create({ publicKey })
    return { rawId, response: { clientDataJSON: toText(response.clientDataJSON),
      attestationObject: toText(response.attestationObject), transports: response.getTransports?.() ?? [] } }
  }
  const get = async (asked) => {
    const publicKey = { ...asked, challenge: toBytes(asked.challenge), allowCredentials: withBytes(asked.allowCredentials) }
    const { rawId, response } = await navigator.credentials.get({ publicKey })
    return { rawId, response: { clientDataJSON: toText(response.clientDataJSON),
      authenticatorData: toText(response.authenticatorData), signature: toText(response.signature),
      ...(response.userHandle && { userHandle: toText(response.userHandle) }) } }
  }
  const ask = async (form, status) => {
    const { create: toCreate, get: toGet } = JSON.parse(form.dataset.passkey)
    status.textContent = ''
    try {
      const { rawId, response } = await (toCreate ? create(toCreate) : get(toGet))
      const id = toText(rawId)
      form.elements.answer.value = JSON.stringify({ id, rawId: id, type: 'public-key', clientExtensionResults: {}, response })
      form.submit()
    } catch (error) {
      status.textContent = error.name === 'InvalidStateError' ? status.dataset.known : status.dataset.cancelled
    }
  }
  for (const form of document.querySelectorAll('form[data-passkey]')) {
    const status = form.querySelector('[role=status]')
    if (!window.PublicKeyCredential) {
      status.textContent = status.dataset.unsupported
      form.querySelector('button').disabled = true
      continue
    }
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      ask(form, status)
    })
  }
})()`

const scriptHash = createHash('sha256').update(script).digest('base64')

/** As {@link pageHeaders}, and the one script, named by its hash, may run. */
export const passkeyPageHeaders = {
  ...pageHeaders,
  // As on every page with forms: browsers send no Origin under `no-referrer`.
  'referrer-policy': 'same-origin',
  'content-security-policy': `${pageHeaders['content-security-policy']}; script-src 'sha256-${scriptHash}'`,
} as const

/** Stands once, at the end of a page with passkey forms. */
export const passkeyScript = `<script>${script}</script>`

/** A form whose button asks the device; its answer is the field `answer`. `fields` is HTML. */
export function renderPasskeyForm(
  language: Language,
  form: {
    readonly options: { readonly create: JsonObject } | { readonly get: JsonObject }
    readonly act: string
    readonly button: string
    readonly fields?: readonly string[]
  },
): string {
  const { inBrowser, needsScript } = factorWords[language]
  return [
    `<form method="post" class="wide" data-passkey="${escape(JSON.stringify(form.options))}">`,
    `<input type="hidden" name="act" value="${form.act}"><input type="hidden" name="answer">`,
    ...(form.fields ?? []),
    `<button type="submit">${escape(form.button)}</button>`,
    `<noscript><p class="alert">${escape(needsScript)}</p></noscript>`,
    `<p role="status" data-cancelled="${escape(inBrowser.cancelled)}" data-known="${escape(inBrowser.known)}" data-unsupported="${escape(inBrowser.unsupported)}"></p>`,
    '</form>',
  ].join('')
}
