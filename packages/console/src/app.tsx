/** The page's frame: who is signed in, the way to each view, and the view itself. */

import { useEffect, useRef, useState } from 'preact/hooks'
import type { Session } from './aws/session.ts'
import { type Route, useRoute } from './route.ts'
import { Empty, Name } from './ui/words.tsx'
import { AccessMap } from './views/access/access-map.tsx'
import { Catalog } from './views/catalog.tsx'
import { Decisions } from './views/decisions.tsx'
import { Denial } from './views/denial.tsx'
import { Iam } from './views/iam/iam.tsx'
import { Playground } from './views/playground/playground.tsx'
import { Sessions } from './views/sessions/sessions.tsx'
import { SignIn } from './views/sign-in.tsx'
import { Transfer } from './views/transfer/transfer.tsx'

const views = [
  ['decisions', 'Decisions'],
  ['access', 'Access map'],
  ['playground', 'Playground'],
  ['catalog', 'Catalog'],
  ['sessions', 'Sessions'],
  ['transfer', 'Transfer'],
  ['iam', 'IAM'],
] as const

export function App() {
  const [session, setSession] = useState<Session | undefined>(undefined)
  const route = useRoute()
  const main = useRef<HTMLElement>(null)
  const titled = views.find(([view]) => view === route.view)?.[1] ?? (route.view === 'denials' ? 'Denial' : 'Not found')
  useEffect(() => {
    document.title = `${session === undefined ? 'Sign in' : titled} · Scopedown`
  }, [session, titled])
  if (session === undefined) return <SignIn onSignedIn={setSession} />
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header class="top">
        <a class="brand" href="#/decisions">
          Scopedown
        </a>
        <nav aria-label="Views">
          <ul class="tabs">
            {views.map(([view, title]) => (
              <li key={view}>
                <a class="tab" href={`#/${view}`} aria-current={current(route, view)}>
                  {title}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="who">
          <span title={session.arn}>
            <Name text={session.arn} />
          </span>
          <button type="button" onClick={() => setSession(undefined)}>
            Sign out
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1} ref={main}>
        <View route={route} session={session} />
      </main>
    </>
  )
}

/** A denial is a decision: its view is within that of the decisions. */
function current({ view }: Route, one: string): 'page' | 'true' | undefined {
  if (view === one) return 'page'
  return view === 'denials' && one === 'decisions' ? 'true' : undefined
}

function View({ route, session }: { readonly route: Route; readonly session: Session }) {
  switch (route.view) {
    case 'decisions':
      return <Decisions session={session} parameters={route.parameters} />
    case 'denials':
      return <Denial key={route.rest} session={session} id={route.rest} />
    case 'access':
      return <AccessMap session={session} parameters={route.parameters} />
    case 'playground':
      return <Playground key={route.rest} session={session} shared={route.rest} />
    case 'catalog':
      return <Catalog key={route.rest} session={session} database={route.rest} />
    case 'sessions':
      return <Sessions session={session} id={route.rest} />
    case 'transfer':
      return <Transfer key={route.rest} session={session} rest={route.rest} />
    case 'iam':
      return <Iam key={route.rest} session={session} rest={route.rest} />
    default:
      return (
        <>
          <h1>Not found</h1>
          <Empty>
            There is no such view. <a href="#/decisions">See the decisions</a>.
          </Empty>
        </>
      )
  }
}
