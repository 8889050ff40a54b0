/** The JSON pointer (RFC 6901) of the member `key` of what `parent` points to; `''` points to the whole value. */
export function pointerTo(parent: string, key: string | number): string {
  return `${parent}/${typeof key === 'number' ? key : key.replaceAll('~', '~0').replaceAll('/', '~1')}`
}
