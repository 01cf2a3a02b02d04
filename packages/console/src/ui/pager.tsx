/** Going through a long list page by page. */

interface Props {
  /** `resources` */
  readonly what: string
  readonly start: number
  readonly size: number
  readonly total: number
  readonly onStart: (start: number) => void
}

export function Pager({ what, start, size, total, onStart }: Props) {
  if (total <= size) return null
  return (
    <nav class="pager" aria-label={`Pages of ${what}`}>
      <button type="button" class="small" disabled={start === 0} onClick={() => onStart(Math.max(0, start - size))}>
        Previous {what}
      </button>
      <span>
        {start + 1}–{Math.min(total, start + size)} of {total} {what}
      </span>
      <button type="button" class="small" disabled={start + size >= total} onClick={() => onStart(start + size)}>
        Next {what}
      </button>
    </nav>
  )
}
