import { formType, readPostedForm } from '../read-posted-form.ts'
import { refuse } from './answers.ts'

// An assertion with a long key and its certificates fits; nothing else comes near.
const bodyBytesMax = 16_384

/** The fields of a form, each given once; else the refusal. */
export async function readForm(request: Request): Promise<URLSearchParams | Response> {
  const form = await readPostedForm(request, bodyBytesMax)
  if (form === undefined)
    return refuse('invalid_request', `The body must be ${formType}, at most ${bodyBytesMax} bytes`)
  const repeated = [...form.keys()].find((name) => form.getAll(name).length > 1)
  return repeated === undefined ? form : refuse('invalid_request', `${repeated.slice(0, 40)} is given twice`)
}
