import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

const CHROMIUM = '/usr/bin/chromium'

/** Without what would make the browser itself go to the network. */
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

const screenshots = fileURLToPath(new URL('../../.test-results/screenshots', import.meta.url))

/** CI installs it and counts a test that did not run as a failure; everybody else may do without, and is told so. */
export const hasBrowser: boolean = existsSync(CHROMIUM)
if (!hasBrowser)
  process.stderr.write(`The page was not tested in Chromium: there is no ${CHROMIUM} (apt-get install chromium)\n`)

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS })
}

/** A page on which whatever should not happen is kept. */
export interface WatchedPage extends AsyncDisposable {
  readonly page: Page
  /** Requests to elsewhere: blocked, and each one a failure. */
  readonly strangeRequests: readonly string[]
  /** Errors and warnings of the console, uncaught exceptions, violations of the content security policy. */
  readonly complaints: readonly string[]
  /** The requests to the portal, as `POST /commands/open-account`. */
  readonly requests: readonly string[]
  screenshot(name: string): Promise<void>
}

export async function openPage(browser: Browser, url: string, width: number): Promise<WatchedPage> {
  const context: BrowserContext = await browser.newContext({ viewport: { width, height: 800 }, locale: 'en-GB' })
  const page = await context.newPage()
  const strangeRequests: string[] = []
  const complaints: string[] = []
  const requests: string[] = []
  const { origin } = new URL(url)
  await context.route('**/*', async (route, request) => {
    if (new URL(request.url()).origin === origin) {
      requests.push(`${request.method()} ${new URL(request.url()).pathname}`)
      return route.continue()
    }
    strangeRequests.push(request.url())
    return route.abort()
  })
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !isAnsweredRefusal(message.text()))
      complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(url)
  return {
    page,
    strangeRequests,
    complaints,
    requests,
    screenshot: async (name) => {
      mkdirSync(screenshots, { recursive: true })
      await page.screenshot({ path: join(screenshots, `${name}-${width}.png`), fullPage: true, animations: 'disabled' })
    },
    [Symbol.asyncDispose]: () => context.close(),
  }
}

/** The browser itself notes each answer that is no success; that a refusal is one is what the page is to show. */
function isAnsweredRefusal(text: string): boolean {
  return /^Failed to load resource: the server responded with a status of 4\d\d/.test(text)
}
