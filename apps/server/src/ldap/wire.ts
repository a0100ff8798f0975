import type { Socket } from 'node:net'
import { BerReader, type Message, MessageParser, type MessageResponse, SearchEntry, SearchReference } from 'ldapts'
import { type IntermediateMessage, type RawControl, readExtras } from './controls.ts'
import { LdapError } from './ldap-error.ts'
import { toAborted } from './open-socket.ts'

/** What came back for one request. */
export type LdapAnswer = {
  readonly response: MessageResponse
  readonly entries: readonly SearchEntry[]
  /** Of each entry, in their order, and of the response. */
  readonly entryControls: readonly (readonly RawControl[])[]
  readonly controls: readonly RawControl[]
  readonly intermediates: readonly IntermediateMessage[]
}

/** One connection as messages: one request at a time, and none after something went wrong. */
export type LdapWire = {
  readonly isOpen: boolean
  /** Throws LdapError; after any but one of the kind `result` the connection is closed. */
  ask(message: Message, limits: { readonly timeoutMs: number; readonly signal?: AbortSignal }): Promise<LdapAnswer>
  /** Says what needs no answer, and closes. */
  end(message: Message): void
  destroy(): void
}

/** An answer as a whole, with all entries of a search. */
const answerBytesMax = 64 * 1024 * 1024
const sequenceTag = 0x30
/** RFC 4511 §4.4.1: the server says that it closes the connection. */
const unsolicited = 0

type Pending = {
  readonly message: Message
  readonly entries: SearchEntry[]
  readonly entryControls: (readonly RawControl[])[]
  readonly intermediates: IntermediateMessage[]
  bytes: number
  resolve(answer: LdapAnswer): void
  reject(error: LdapError): void
}

/**
 * Messages are written and read by ldapts; its client is not used: it connects anew by itself without saying who we are, takes
 * an empty page for the last, and cannot be told to stop waiting.
 */
export function createWire(socket: Socket): LdapWire {
  let pending: Pending | undefined
  let isOpen = true
  /** Of the message that is being read. */
  let controls: readonly RawControl[] = []
  const parser = new MessageParser()
  const close = (error: LdapError): void => {
    isOpen = false
    socket.destroy()
    pending?.reject(error)
  }
  parser.on('error', (cause) => close(new LdapError('malformed', cause.message, { cause })))
  parser.on('message', (message) => {
    if (pending === undefined || message.messageId !== pending.message.messageId) {
      if (message.messageId !== unsolicited) close(new LdapError('malformed', 'The server answers what nobody asked'))
    } else if (message instanceof SearchEntry) {
      pending.entries.push(message)
      pending.entryControls.push(controls)
    } else if (!(message instanceof SearchReference)) pending.resolve({ ...pending, response: message, controls })
  })
  const frames = createFrames((frame) => {
    const extras = toExtras(frame)
    if (extras === undefined) return close(noLdap())
    controls = extras.controls
    // ldapts knows no intermediate messages.
    if (extras.intermediate !== undefined) return void pending?.intermediates.push(extras.intermediate)
    parser.read(frame, new Map(pending && [[String(pending.message.messageId), pending]]))
  })
  socket.on('data', (data: Buffer) => {
    if (pending !== undefined) pending.bytes += data.length
    const flaw = (pending?.bytes ?? 0) > answerBytesMax ? tooLarge() : frames.push(data)
    if (flaw !== undefined) close(flaw)
  })
  const onEnd = (cause?: unknown): void => {
    const said = cause instanceof Error ? cause.message : 'the server closed it'
    close(new LdapError('lost', `The connection ended before the answer came: ${said}`, { cause }))
  }
  socket.on('error', onEnd)
  socket.on('end', () => onEnd())
  socket.on('close', () => onEnd())
  return {
    get isOpen() {
      return isOpen
    },
    destroy: () => close(new LdapError('lost', 'The connection was closed')),
    end: (message) => {
      isOpen = false
      if (!socket.destroyed) socket.end(message.write())
    },
    ask: async (message, { timeoutMs, signal }) => {
      if (!isOpen) throw new LdapError('lost', 'The connection is closed')
      const { promise, resolve, reject } = Promise.withResolvers<LdapAnswer>()
      pending = { message, entries: [], entryControls: [], intermediates: [], bytes: 0, resolve, reject }
      const until = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal === undefined ? [] : [signal])])
      const stop = (): void => close(toAborted(until))
      if (until.aborted) stop()
      else {
        until.addEventListener('abort', stop, { once: true })
        socket.write(message.write())
      }
      try {
        return await promise
      } finally {
        until.removeEventListener('abort', stop)
        pending = undefined
      }
    },
  }
}

function tooLarge(): LdapError {
  return new LdapError('tooLarge', `The answer has more than ${answerBytesMax} bytes`)
}

function toExtras(frame: Buffer): ReturnType<typeof readExtras> | undefined {
  try {
    return readExtras(frame)
  } catch {
    return undefined
  }
}

function noLdap(): LdapError {
  return new LdapError('malformed', 'The server does not answer as LDAP servers do')
}

/** Cuts what comes into messages; `push` says why it can be none. */
function createFrames(onFrame: (frame: Buffer) => void): { push(data: Buffer): LdapError | undefined } {
  let parts: Buffer[] = []
  let bytes = 0
  /** With fewer there is nothing to look at: a large message comes in many pieces, which are joined once. */
  let needed = headBytes
  return {
    push: (data) => {
      parts.push(data)
      bytes += data.length
      while (bytes >= needed) {
        const all = Buffer.concat(parts)
        parts = [all]
        const length = frameLength(all)
        if (length === undefined) return noLdap()
        if (length > answerBytesMax) return tooLarge()
        needed = length === 0 ? bytes + 1 : length
        if (bytes < needed) continue
        const rest = all.subarray(length)
        parts = [rest]
        bytes = rest.length
        needed = headBytes
        onFrame(all.subarray(0, length))
      }
      return undefined
    },
  }
}

/** A tag and the beginning of a length. */
const headBytes = 2

/** So many bytes the first message has; 0: its length has not come yet; undefined: it is none. */
function frameLength(bytes: Buffer): number | undefined {
  if (bytes[0] !== sequenceTag) return undefined
  try {
    const reader = new BerReader(bytes)
    // ldapts takes the highest bit of four bytes for a sign.
    return reader.readSequence() === null ? 0 : reader.offset + (reader.length >>> 0)
  } catch {
    return undefined
  }
}
