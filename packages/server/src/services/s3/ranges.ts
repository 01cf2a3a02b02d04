/** One range of bytes. RFC 9110, section 14; S3 answers one range only and passes over what it cannot read. */

import { ServiceFault } from '@scopedown/wire'

export interface ByteRange {
  readonly start: number
  /** Not included. */
  readonly end: number
}

/** Undefined: all of it. Throws `InvalidRange` where no byte is in it. */
export function readRange(header: string | undefined, size: number): ByteRange | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '')
  const [, first = '', last = ''] = match ?? []
  if (match === null || (first === '' && last === '')) return undefined
  if (first === '') {
    const length = Math.min(Number(last), size)
    if (length === 0) throw invalidRange(header, size)
    return { start: size - length, end: size }
  }
  const start = Number(first)
  if (last !== '' && Number(last) < start) return undefined
  if (start >= size) throw invalidRange(header, size)
  return { start, end: last === '' ? size : Math.min(Number(last) + 1, size) }
}

export function contentRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`
}

function invalidRange(header: string | undefined, size: number): ServiceFault {
  return new ServiceFault('InvalidRange', 'The requested range is not satisfiable', {
    status: 416,
    members: { RangeRequested: header ?? '', ActualObjectSize: size },
    headers: { 'content-range': `bytes */${size}` },
  })
}
