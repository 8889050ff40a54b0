/// <reference lib="dom" />
// The interactive page in Chromium, as a person uses it: from the page alone, with no network but the portal.
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BankProgram, startBank } from './support/bank-program.ts'
import { hasBrowser, openBrowser, openPage, type WatchedPage } from './support/browser.ts'
import { tempFolder } from './support/temp-folder.ts'

const folder = tempFolder()
let bank: BankProgram
// Not there where there is no Chromium, and then nothing asks for it.
let browser: Browser

beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser()
  bank = await startBank(folder.path)
})
afterAll(async () => {
  await browser?.close()
  await bank?.kill()
  folder[Symbol.dispose]()
})

/** Chooses an action in the menu, fills its form by the labels that a person reads, and sends it. */
async function send(page: Page, action: string, fields: Readonly<Record<string, string>>): Promise<Locator> {
  const slug = action.toLowerCase().replaceAll(' ', '-')
  await page.getByRole('navigation').getByRole('link', { name: action, exact: true }).click()
  const form = page.locator(`form[data-action="${slug}"]`)
  for (const [label, value] of Object.entries(fields)) await form.getByLabel(label).fill(value)
  await form.getByRole('button').first().click()
  const answer = page.locator(`#answer [data-answer="${slug}"]`)
  await answer.waitFor()
  return answer
}

const field = (answer: Locator, name: string): Promise<string> =>
  answer.locator(`[data-field="${name}"]`).first().innerText()

/** How far the page reaches beyond the window, to the right. */
const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

async function expectNoOverflow(page: Page): Promise<void> {
  expect(await overflow(page)).toBe(0)
  // Nor may what can be read or pressed stick out of the window.
  const sticking = await page.evaluate(() =>
    [...document.querySelectorAll('button, input, h1, h2, dd, p, a')]
      .filter((element) => element.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .filter((element) => element.closest('.scroll, pre, details:not([open])') === null)
      .map((element) => element.outerHTML.slice(0, 100)),
  )
  expect(sticking).toEqual([])
}

function expectQuiet({ strangeRequests, complaints }: WatchedPage): void {
  expect(strangeRequests).toEqual([])
  expect(complaints).toEqual([])
}

describe.runIf(hasBrowser).each([1280, 390])('the page at %i px', (width) => {
  it('opens an account, deposits, refuses an overdraft in words, and shows balance and statement', async () => {
    await using watched = await openPage(browser, bank.url, width)
    const { page, requests } = watched
    const account = `alice-${width}`
    await page.getByRole('navigation').getByRole('link', { name: 'Open account', exact: true }).waitFor()
    await watched.screenshot('1-start')
    await expectNoOverflow(page)

    const opened = await send(page, 'Open account', { Account: account, Owner: 'Alice' })
    expect(await opened.getAttribute('data-status')).toBe('200')
    await watched.screenshot('2-opened')
    await expectNoOverflow(page)

    const deposited = await send(page, 'Deposit money', { Account: account, Amount: '50000' })
    expect(Number.parseInt((await field(deposited, 'balance')).replaceAll(/\D/g, ''), 10)).toBe(50_000)
    await watched.screenshot('3-deposited')
    await expectNoOverflow(page)

    const refused = await send(page, 'Withdraw money', { Account: account, Amount: '50001' })
    expect(await refused.getAttribute('data-outcome')).toBe('refused')
    const alert = refused.getByRole('alert')
    await expect(alert.innerText()).resolves.toBe(`Account "${account}" has 500.00; 500.01 cannot be withdrawn.`)
    expect(await alert.isVisible()).toBe(true)
    await watched.screenshot('4-refused')
    await expectNoOverflow(page)

    const shown = await send(page, 'Account', { Account: account })
    expect([await field(shown, 'account'), await field(shown, 'owner')]).toEqual([account, 'Alice'])
    expect((await field(shown, 'balance')).replaceAll(/\D/g, '')).toBe('50000')
    await watched.screenshot('5-account')
    await expectNoOverflow(page)

    const statement = await send(page, 'Statement', { Account: account })
    expect(await statement.locator('tbody tr').count()).toBe(1)
    expect(await statement.locator('tbody tr').first().innerText()).toMatch(/deposit/)
    await watched.screenshot('6-statement')
    await expectNoOverflow(page)

    expect(requests).toEqual(
      expect.arrayContaining(['POST /commands/open-account', 'POST /commands/withdraw-money', 'GET /views/statement']),
    )
    expectQuiet(watched)
  })

  it('marks a wrong or missing value at its field, and sends nothing', async () => {
    await using watched = await openPage(browser, bank.url, width)
    const { page, requests } = watched
    await page.getByRole('navigation').getByRole('link', { name: 'Deposit money', exact: true }).click()
    const form = page.locator('form[data-action="deposit-money"]')
    await form.getByLabel('Account').fill('alice')
    await form.getByLabel('Amount').fill('-5')
    await form.getByRole('button').first().click()
    await form.locator('[aria-invalid="true"]').waitFor()
    expect(await form.locator('.error:visible').allInnerTexts()).toEqual([expect.stringMatching(/^Amount .*1/)])
    await watched.screenshot('7-wrong')
    await expectNoOverflow(page)
    expect(requests.filter((request) => request.includes('/commands/'))).toEqual([])
    expectQuiet(watched)
  })

  it('takes a double click as one command', async () => {
    await using watched = await openPage(browser, bank.url, width)
    const { page } = watched
    const account = `double-${width}`
    await send(page, 'Open account', { Account: account, Owner: 'Alice' })
    await page.getByRole('navigation').getByRole('link', { name: 'Deposit money', exact: true }).click()
    const form = page.locator('form[data-action="deposit-money"]')
    await form.getByLabel('Account').fill(account)
    await form.getByLabel('Amount').fill('5')
    await form.getByRole('button').first().dblclick()
    await page.locator('#answer [data-answer="deposit-money"]').waitFor()
    expect((await bank.client.view('account', { account })).body).toMatchObject({ balance: 5 })
    expectQuiet(watched)
  })

  it('works from the keyboard, and each field has its label', async () => {
    await using watched = await openPage(browser, bank.url, width)
    const { page } = watched
    const account = `keys-${width}`
    await page.getByRole('navigation').getByRole('link', { name: 'Open account', exact: true }).focus()
    await page.keyboard.press('Enter')
    const form = page.locator('form[data-action="open-account"]')
    const inputs = form.locator('input, select, textarea')
    for (const input of await inputs.all())
      expect(await input.evaluate((element) => (element as HTMLInputElement).labels?.length)).toBe(1)
    await form.getByLabel('Account').focus()
    await page.keyboard.type(account)
    await page.keyboard.press('Tab')
    await page.keyboard.type('Alice')
    await page.keyboard.press('Enter')
    const answer = page.locator('#answer [data-answer="open-account"]')
    await answer.waitFor()
    expect(await answer.getAttribute('data-status')).toBe('200')
    expectQuiet(watched)
  })
})

describe('what the portal lets the page do', () => {
  it('is nothing but to load its own files and call the portal: no eval, nothing inline', async () => {
    const response = await fetch(bank.url)
    const policy = response.headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).not.toMatch(/unsafe-|https?:|\*|data:|blob:/)
    const html = await response.text()
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=/)
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//)
  })

  it('is enforced by the browser: eval and inline scripts do nothing on the page', async () => {
    await using watched = await openPage(browser, bank.url, 1280)
    const evaluated = await watched.page.evaluate(
      // In a turn of its own: what the debugger itself evaluates is exempt from the policy.
      () =>
        new Promise((resolve) => {
          setTimeout(() => {
            try {
              // oxlint-disable-next-line typescript/no-implied-eval -- that it is refused is what is tested
              resolve(new Function('return "evaluated"')())
            } catch (error) {
              resolve(error instanceof EvalError ? 'refused' : String(error))
            }
          })
        }),
    )
    expect(evaluated).toBe('refused')
    const inline = await watched.page.evaluate(() => {
      try {
        document.body.setAttribute('onclick', 'document.title = "inline"')
      } catch (error) {
        return String(error)
      }
      document.body.click()
      return document.title
    })
    expect(inline).toMatch(/TrustedScript/)
    // Both were told: so the other tests would hear of such a thing.
    expect(watched.complaints.filter((text) => text.includes('has been blocked'))).toHaveLength(2)
  })

  it('does not reach elsewhere: the test itself would notice', async () => {
    await using watched = await openPage(browser, bank.url, 1280)
    const reached = await watched.page.evaluate(() =>
      fetch('http://192.0.2.1/').then(
        () => true,
        () => false,
      ),
    )
    expect(reached).toBe(false)
    expect(watched.strangeRequests.length + watched.complaints.length).toBeGreaterThan(0)
  })
})
