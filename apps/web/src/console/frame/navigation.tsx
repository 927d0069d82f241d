import { hrefOf, type PageName, pages } from './route.js'
import { useSession } from './session.js'

interface NavigationProps {
  readonly page: PageName
  readonly onLeave: () => void
}

/** The pages of the console, and who is signed in. */
export function Navigation({ page, onLeave }: NavigationProps) {
  const { userId, role } = useSession()
  return (
    <header class="navigation">
      <strong>Console</strong>
      <nav aria-label="Pages">
        <ul>
          {(Object.keys(pages) as PageName[]).map((name) => (
            <li key={name}>
              <a href={hrefOf(name)} aria-current={name === page ? 'page' : undefined}>
                {pages[name]}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <p class="who">
        <span>
          user {userId}, {role}
        </span>
        <button type="button" onClick={onLeave}>
          Sign out
        </button>
      </p>
    </header>
  )
}
