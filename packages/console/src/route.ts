/** The address of a view: the part of the URL behind `#`, which no browser sends to a server. */

import { useEffect, useState } from 'preact/hooks'

export interface Route {
  /** `denials` of `#/denials/abc?x=1`. */
  readonly view: string
  /** `abc`. */
  readonly rest: string
  readonly parameters: URLSearchParams
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s)
  const [view = '', ...rest] = path.split('/')
  return {
    view: view === '' ? 'decisions' : view,
    rest: decoded(rest.join('/')),
    parameters: new URLSearchParams(query),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

export function useRoute(): Route {
  const [route, setRoute] = useState(() => parseRoute(location.hash))
  useEffect(() => {
    const follow = () => setRoute(parseRoute(location.hash))
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return route
}

/** Into the address, without a new entry in the history. */
export function replaceParameters(view: string, values: Readonly<Record<string, string>>): void {
  const query = new URLSearchParams(Object.entries(values).filter(([, value]) => value !== ''))
  const text = query.toString()
  history.replaceState(null, '', `#/${view}${text === '' ? '' : `?${text}`}`)
}
