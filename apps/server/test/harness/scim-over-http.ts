import { scimInit, type ScimBody } from './provisioning.ts'

/** An answer over the network; `body` is empty when there is none. */
export type HttpAnswer = {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: ScimBody
}

/** Sends SCIM requests with one key to one server; rejects when the connection breaks. */
export type ScimClient = (method: string, path: string, body?: unknown, headers?: object) => Promise<HttpAnswer>

export function createScimClient(url: string, key: string): ScimClient {
  return async (method, path, body, headers) => {
    const response = await fetch(`${url}/scim/v2${path}`, scimInit(method, { key, body, headers: { ...headers } }))
    const text = await response.text()
    // See ScimBody: what is not there is found out by the assertions.
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: (text === '' ? {} : JSON.parse(text)) as ScimBody,
    }
  }
}
