/** The values of a cookie in the header `Cookie`, in order (RFC 6265 §5.4): there may be more than one of a name. */
export function listCookies(header: string | null, name: string): readonly string[] {
  return (header ?? '').split(';').flatMap((pair) => {
    const [key = '', ...value] = pair.split('=')
    return key.trim() === name ? [value.join('=').trim()] : []
  })
}
